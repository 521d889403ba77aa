/** Error codes of `compute`: code → one paragraph with cause and cure. */
export const computeErrors = {
} as const
