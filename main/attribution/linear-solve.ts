import { SaliscopeError } from '../shared/errors.ts'

/**
 * Solves A x = b for a symmetric positive definite A by Cholesky's decomposition, in double precision. A is overwritten.
 *
 * matrix  [n, n] in C order; only the lower triangle is read
 * errors  attribution.singular: a pivot vanishes against the largest diagonal entry
 */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length
  let largest = 0
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(matrix[i * n + i]))
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j]
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k]
      if (i > j) matrix[i * n + j] = sum / matrix[j * n + j]
      else if (sum > 1e-13 * largest) matrix[j * n + j] = Math.sqrt(sum)
      else
        throw new SaliscopeError(
          'attribution.singular',
          `The equations for ${n} segments have no unique solution: too few different draws; use more samples or fewer segments.`,
          { unknowns: n },
        )
    }
  }
  const x = right.slice()
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= matrix[i * n + k] * x[k]
    x[i] /= matrix[i * n + i]
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= matrix[k * n + i] * x[k]
    x[i] /= matrix[i * n + i]
  }
  return x
}

/** Normal equations of weighted least squares: A = Xᵀ W X, b = Xᵀ W y, rows added one at a time. */
export class NormalEquations {
  readonly matrix: Float64Array
  readonly right: Float64Array
  readonly size: number

  constructor(size: number) {
    this.size = size
    this.matrix = new Float64Array(size * size)
    this.right = new Float64Array(size)
  }

  add(row: ArrayLike<number>, y: number, weight: number): void {
    for (let i = 0; i < this.size; i++) {
      const wx = weight * row[i]
      if (wx === 0) continue
      this.right[i] += wx * y
      for (let j = 0; j <= i; j++) this.matrix[i * this.size + j] += wx * row[j]
    }
  }

  /** With `ridge` added on the diagonal. */
  solve(ridge = 0): Float64Array {
    const matrix = this.matrix.slice()
    for (let i = 0; i < this.size; i++) matrix[i * this.size + i] += ridge
    return solvePositiveDefinite(matrix, this.right)
  }
}
