/** Error codes of `cli`: code → one paragraph with cause and cure. */
export const cliErrors = {
  'cli.usage': 'The command line was not understood; the message names the word. The exit status is 2.',
  'cli.file': 'A file named on the command line could not be read or written; the message names it and the cause.',
} as const
