/** Error codes of `api`: code → one paragraph with cause and cure. */
export const apiErrors = {
  'api.not-found': 'The address names something that is not in the open project. Reload the list and choose again.',
  'api.invalid': 'A request did not have the form its schema asks for; the message names the field.',
  'api.no-project': 'The request needs an open project. Open or create one first.',
  'api.read-only': 'The project is open for reading only, so nothing in it can be changed.',
} as const
