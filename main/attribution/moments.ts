/** What is estimated from the samples of a value: their mean, the mean of their squares, or their population variance. */
export type Estimate = 'mean' | 'square' | 'variance'

/** Running sums of powers of samples, value by value, in double precision; as many powers as the estimate's error needs. */
export class Moments {
  readonly #estimate: Estimate
  /** Σ v, Σ v², Σ v³, Σ v⁴. */
  readonly #sums: readonly Float64Array[]
  #count = 0

  constructor(size: number, estimate: Estimate) {
    this.#estimate = estimate
    const powers = estimate === 'mean' ? 2 : 4
    this.#sums = Array.from({ length: powers }, () => new Float64Array(size))
  }

  add(values: ArrayLike<number>): void {
    this.#count += 1
    const [first, second, third, fourth] = this.#sums
    for (let i = 0; i < first.length; i++) {
      const v = values[i]
      first[i] += v
      second[i] += v * v
    }
    if (fourth === undefined) return
    for (let i = 0; i < first.length; i++) {
      const square = values[i] * values[i]
      third[i] += square * values[i]
      fourth[i] += square * square
    }
  }

  /** The estimates, value by value. */
  write(into: Float32Array): void {
    const [first, second] = this.#sums
    for (let i = 0; i < into.length; i++) {
      const mean = first[i] / this.#count
      const square = second[i] / this.#count
      const variance = Math.max(0, square - mean * mean)
      into[i] = this.#estimate === 'mean' ? mean : this.#estimate === 'square' ? square : variance
    }
  }

  /** Variance of a single sample's contribution to the estimate of value i. */
  #spread(i: number): number {
    const m = this.#sums.map((sum) => sum[i] / this.#count)
    if (this.#estimate === 'mean') return m[1] - m[0] ** 2
    if (this.#estimate === 'square') return m[3] - m[1] ** 2
    const variance = m[1] - m[0] ** 2
    const fourthCentral = m[3] - 4 * m[0] * m[2] + 6 * m[0] ** 2 * m[1] - 3 * m[0] ** 4
    return fourthCentral - variance ** 2
  }

  /**
   * Standard error of the estimate, as the mean over the values; null for one sample.
   *
   *   mean √(var v/(n−1)) · square √(var v²/(n−1)) · variance √((μ₄ − σ⁴)/(n−1)), to first order
   */
  standardError(): number | null {
    const [first] = this.#sums
    if (this.#count < 2 || first.length === 0) return null
    let total = 0
    for (let i = 0; i < first.length; i++) total += Math.sqrt(Math.max(0, this.#spread(i)) / (this.#count - 1))
    return total / first.length
  }
}
