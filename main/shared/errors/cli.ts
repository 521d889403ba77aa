/** Error codes of `cli`: code → one paragraph with cause and cure. */
export const cliErrors = {
  'cli.usage': 'The command line was not understood; the message names the word. The exit status is 2.',
} as const
