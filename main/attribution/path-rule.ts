import { z } from 'zod'

export const pathRuleSchema = z
  .enum(['midpoint', 'left', 'right', 'gauss-legendre', 'inclusive', 'trapezoid'])
  .default('midpoint')
  .meta({
    title: 'Rule',
    description:
      'Where the points lie on the path and how they weigh. `inclusive` is the plain mean over both ends (PAIR), biased at few steps; `trapezoid` halves the ends.',
  })
export type PathRule = z.infer<typeof pathRuleSchema>

export interface PathNodes {
  readonly alphas: Float64Array
  readonly weights: Float64Array
}

/**
 * Nodes and weights of Gauss–Legendre quadrature on 0 … 1, by Newton's iteration on the Legendre polynomial.
 *
 * source  Press et al., Numerical Recipes, 4.6
 */
function gaussLegendre(n: number): PathNodes {
  const alphas = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let z = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 0
    for (let step = 0; step < 100; step++) {
      let p = 1
      let before = 0
      for (let j = 1; j <= n; j++) {
        const next = ((2 * j - 1) * z * p - (j - 1) * before) / j
        before = p
        p = next
      }
      slope = (n * (z * p - before)) / (z * z - 1)
      const change = p / slope
      z -= change
      if (Math.abs(change) < 1e-15) break
    }
    alphas[n - 1 - i] = (1 + z) / 2
    weights[n - 1 - i] = 1 / ((1 - z * z) * slope * slope)
  }
  return { alphas, weights }
}

function trapezoid(n: number): PathNodes {
  if (n === 1) return { alphas: Float64Array.of(0), weights: Float64Array.of(1) }
  const alphas = Float64Array.from({ length: n }, (_, i) => i / (n - 1))
  return { alphas, weights: alphas.map((_, i) => (i === 0 || i === n - 1 ? 0.5 : 1) / (n - 1)) }
}

/**
 * Points α on the path from the baseline (0) to the input (1), and their weights (sum 1).
 *
 *   midpoint (i+½)/n · left i/n · right (i+1)/n, weights 1/n · gauss-legendre · inclusive i/(n−1), weights 1/n (one step: 0)
 *   trapezoid i/(n−1), weights 1/(n−1), the ends half of it
 */
export function pathNodes(rule: PathRule, n: number): PathNodes {
  if (rule === 'gauss-legendre') return gaussLegendre(n)
  if (rule === 'trapezoid') return trapezoid(n)
  const alpha: Record<Exclude<PathRule, 'gauss-legendre' | 'trapezoid'>, (i: number) => number> = {
    midpoint: (i) => (i + 0.5) / n,
    left: (i) => i / n,
    right: (i) => (i + 1) / n,
    inclusive: (i) => (n === 1 ? 0 : i / (n - 1)),
  }
  return {
    alphas: Float64Array.from({ length: n }, (_, i) => alpha[rule](i)),
    weights: new Float64Array(n).fill(1 / n),
  }
}
