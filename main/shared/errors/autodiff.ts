/** Error codes of `autodiff`: code → one paragraph with cause and cure. */
export const autodiffErrors = {
} as const
