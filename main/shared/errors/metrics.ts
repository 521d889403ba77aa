/** Error codes of `metrics`: code → one paragraph with cause and cure. */
export const metricErrors = {
} as const
