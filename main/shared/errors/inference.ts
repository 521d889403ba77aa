/** Error codes of `inference`: code → one paragraph with cause and cure. */
export const inferenceErrors = {
} as const
