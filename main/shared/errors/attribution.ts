/** Error codes of `attribution`: code → one paragraph with cause and cure. */
export const attributionErrors = {
} as const
