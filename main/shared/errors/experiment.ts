/** Error codes of `experiment`: code → one paragraph with cause and cure. */
export const experimentErrors = {
} as const
