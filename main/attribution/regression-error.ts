import type { PositiveDefinite } from './linear-solve.ts'

/** The rows that chance chose in a weighted least squares fit. */
export interface DrawnRows {
  readonly count: number
  /** Writes the regressors of row k, as they entered the fit. */
  regressors(k: number, into: Float64Array): void
  /** Weight × (observed − predicted) of row k. */
  weightedResidual(k: number): number
  /** Which draw row k belongs to: rows drawn together share a number; null: by no draw, the row was always there. */
  draw(k: number): number | null
}

/**
 * Standard errors that the random choice of rows leaves in the coefficients (sandwich estimator for a linear model that need not be true).
 *
 *   se² = n/(n − p) · diag(A⁻¹ Σ_d s_d s_dᵀ A⁻¹),  s_d = Σ_{k of draw d} w_k r_k x_k
 *
 * returns null when there are no more rows than coefficients; zeroes when nothing was drawn
 * source  White 1980, Econometrica 48, 817; clusters as Liang & Zeger 1986, Biometrika 73, 13
 */
export function coefficientErrors(matrix: PositiveDefinite, rows: DrawnRows): Float64Array | null {
  const p = matrix.size
  if (rows.count <= p) return null
  const byDraw = new Map<number, Float64Array>()
  const row = new Float64Array(p)
  for (let k = 0; k < rows.count; k++) {
    const draw = rows.draw(k)
    if (draw === null) continue
    const sum = byDraw.get(draw) ?? new Float64Array(p)
    byDraw.set(draw, sum)
    rows.regressors(k, row)
    const residual = rows.weightedResidual(k)
    for (let i = 0; i < p; i++) sum[i] += residual * row[i]
  }
  const squares = new Float64Array(p)
  for (const sum of byDraw.values()) {
    const shift = matrix.solve(sum)
    for (let i = 0; i < p; i++) squares[i] += shift[i] * shift[i]
  }
  return squares.map((square) => Math.sqrt((square * rows.count) / (rows.count - p)))
}

/** What a map's record states: the mean over the coefficients, or null. */
export function meanError(errors: Float64Array | null): number | null {
  return errors === null || errors.length === 0 ? null : errors.reduce((a, b) => a + b, 0) / errors.length
}
