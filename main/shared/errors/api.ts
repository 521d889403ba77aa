/** Error codes of `api`: code → one paragraph with cause and cure. */
export const apiErrors = {
  'api.not-found': 'The address names something that is not in the open project. Reload the list and choose again.',
  'api.invalid': 'A request did not have the form its schema asks for; the message names the field.',
  'api.no-project': 'The request needs an open project. Open or create one first.',
  'api.read-only': 'The project is open for reading only, so nothing in it can be changed.',
  'api.route':
    'The program has no such address. The page and the program may be of different versions; reload the page.',
  'api.not-granted':
    'The path lies outside the folders the program may read or write. Pick the file in a dialog, or start the program with that folder allowed.',
  'api.handle': 'The handle of a picked file is not known; handles end with the program. Pick the file again.',
  'api.too-large': 'The body of the request is larger than the route accepts.',
  'api.jobs-running': 'Work is still running in the open project. Wait for it, or cancel it, and try again.',
  'api.forbidden':
    'The request came from another page, without the token of this start, or under another host name, and was refused.',
  'api.busy': 'Too many requests or event streams are open at once. Close other windows of the workstation.',
} as const
