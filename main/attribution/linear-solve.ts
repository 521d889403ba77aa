import { SaliscopeError } from '../shared/errors.ts'

/** A symmetric positive definite matrix, decomposed once (Cholesky) for any number of right sides. */
export class PositiveDefinite {
  readonly size: number
  readonly #factor: Float64Array

  /**
   * matrix  [n, n] in C order; only the lower triangle is read, and the array is overwritten
   * errors  attribution.singular: a pivot vanishes against the largest diagonal entry
   */
  constructor(matrix: Float64Array, n: number) {
    this.size = n
    this.#factor = matrix
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
  }

  /** x of A x = b. */
  solve(right: Float64Array): Float64Array {
    const n = this.size
    const factor = this.#factor
    const x = right.slice()
    for (let i = 0; i < n; i++) {
      let sum = x[i]
      for (let k = 0; k < i; k++) sum -= factor[i * n + k] * x[k]
      x[i] = sum / factor[i * n + i]
    }
    for (let i = n - 1; i >= 0; i--) {
      // Column by column: the factor is read row by row.
      x[i] /= factor[i * n + i]
      for (let k = 0; k < i; k++) x[k] -= factor[i * n + k] * x[i]
    }
    return x
  }
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

  /** The matrix, decomposed, with `ridge` added on the diagonal. */
  decomposed(ridge = 0): PositiveDefinite {
    const matrix = this.matrix.slice()
    for (let i = 0; i < this.size; i++) matrix[i * this.size + i] += ridge
    return new PositiveDefinite(matrix, this.size)
  }
}
