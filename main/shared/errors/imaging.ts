/** Error codes of `imaging`: code → one paragraph with cause and cure. */
export const imagingErrors = {
} as const
