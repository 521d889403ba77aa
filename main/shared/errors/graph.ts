/** Error codes of `graph`: code → one paragraph with cause and cure. */
export const graphErrors = {
} as const
