import { describe, expect, it } from 'vitest'
import { counterRandom } from '../tensor/random.ts'
import { sampledCoalitions } from './coalitions.ts'
import { solveShapley } from './kernel-shap.ts'
import { fitLime } from './lime.ts'

const features = 14
const runs = 60

/** A score with products of features, so that no linear model is true. */
function score(row: ArrayLike<number>): number {
  let value = 0
  for (let i = 0; i < features; i++) value += row[i] * (0.3 + Math.sin(i)) + row[i] * row[(i + 3) % features] * 0.8
  return value + 2 * row[0] * row[1] * row[2]
}

/** Mean over the coefficients of their standard deviation over runs, beside the mean of what each run says of itself. */
function compared(one: (seed: number) => { coefficients: ArrayLike<number>; standardError: number | null }) {
  const fits = Array.from({ length: runs }, (_, seed) => one(seed))
  const size = fits[0].coefficients.length
  let found = 0
  for (let i = 0; i < size; i++) {
    const mean = fits.reduce((s, f) => s + f.coefficients[i], 0) / runs
    found += Math.sqrt(fits.reduce((s, f) => s + (f.coefficients[i] - mean) ** 2, 0) / (runs - 1)) / size
  }
  return { found, stated: fits.reduce((s, f) => s + (f.standardError ?? Number.NaN), 0) / runs }
}

describe('the standard error of fitted coefficients', () => {
  it('is what LIME varies by from seed to seed', () => {
    const { found, stated } = compared((seed) => {
      const random = counterRandom(seed)
      const rows = Array.from({ length: 300 }, (_, k) =>
        Uint8Array.from({ length: features }, (_unused, i) => (k === 0 || random.uniform(0, k, i) < 0.5 ? 1 : 0)),
      )
      return fitLime(rows, rows.map(score), 0.25, 1)
    })
    expect(stated / found).toBeGreaterThan(0.8)
    expect(stated / found).toBeLessThan(1.25)
  })

  it('is what KernelSHAP varies by from seed to seed', () => {
    const { found, stated } = compared((seed) => {
      const coalitions = sampledCoalitions(features, 400, seed, 0)
      const whole = score(new Uint8Array(features).fill(1))
      const fit = solveShapley(coalitions, coalitions.rows.map(score), whole, features)
      return { coefficients: fit.values.subarray(0, features - 1), standardError: fit.standardError }
    })
    expect(stated / found).toBeGreaterThan(0.7)
    expect(stated / found).toBeLessThan(1.4)
  })

  it('is zero where every combination was tried, and unknown with fewer rows than coefficients', () => {
    const all = sampledCoalitions(5, 2 ** 5, 0, 0)
    const value = (row: ArrayLike<number>) => row[0] + row[1] * row[2]
    expect(solveShapley(all, all.rows.map(value), 2, 5).standardError).toBe(0)
    const rows = [Uint8Array.of(1, 1, 1), Uint8Array.of(1, 0, 1), Uint8Array.of(0, 1, 1)]
    expect(fitLime(rows, [3, 2, 1], 0.25, 1).standardError).toBeNull()
  })
})
