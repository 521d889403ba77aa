/** Error codes of `project`: code → one paragraph with cause and cure. */
export const projectErrors = {
} as const
