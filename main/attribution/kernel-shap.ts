import { z } from 'zod'
import { tensor } from '../tensor/tensor.ts'
import { arraySchema } from './array-parameter.ts'
import { completenessCheck } from './check.ts'
import { type Coalitions, givenCoalitions, sampledCoalitions } from './coalitions.ts'
import { itemGeometry } from './item-geometry.ts'
import { legacySwitches } from './legacy.ts'
import { NormalEquations } from './linear-solve.ts'
import type { Method } from './method.ts'
import { coefficientErrors, meanError } from './regression-error.ts'
import { type Rows, streamScores } from './rows.ts'
import {
  fixedFeatures,
  givenRows,
  hiddenPicture,
  segmenterFields,
  segmentFillField,
  segmentsOf,
  showSegments,
} from './segments.ts'

const parameters = z.strictObject({
  ...segmenterFields('slic'),
  samples: z
    .union([z.literal('auto'), z.number().int().min(2).max(10_000_000)])
    .default('auto')
    .meta({
      title: 'Samples',
      description: 'Combinations of segments; auto: 2M + 2048 for M segments. 2^M − 2 or more enumerates all.',
      unit: 'forward passes',
    }),
  fill: segmentFillField,
  draws: arraySchema.optional().meta({
    format: 'array',
    title: 'Draws',
    description: '[samples, segments] of 0 and 1 (1 = shown); replaces the seed.',
  }),
  'legacy.shap255': legacySwitches.shap255,
  'legacy.fixedFeatures': legacySwitches.fixedFeatures,
})
export type KernelShapParameters = z.infer<typeof parameters>

/** Shapley values below this are rounding. */
const negligible = 1e-10

export interface ShapleyFit {
  readonly values: Float64Array
  /** Mean over the features of what other draws would change; 0 where all combinations were enumerated, null with too few. */
  readonly standardError: number | null
}

/**
 * Weighted least squares with Σφ = `whole` enforced: the last feature is eliminated.
 *
 *   y(z) − z_M·whole = Σ_{i<M} φ_i (z_i − z_M)
 */
export function solveShapley(
  { rows, weights, draws }: Coalitions,
  values: readonly number[],
  whole: number,
  m: number,
): ShapleyFit {
  const equations = new NormalEquations(m - 1)
  const row = new Float64Array(m - 1)
  const regressors = (k: number, into: Float64Array): void => {
    const last = rows[k][m - 1]
    for (let i = 0; i < m - 1; i++) into[i] = rows[k][i] - last
  }
  const observed = (k: number): number => values[k] - rows[k][m - 1] * whole
  for (let k = 0; k < rows.length; k++) {
    regressors(k, row)
    equations.add(row, observed(k), weights[k])
  }
  const matrix = equations.decomposed()
  const solved = matrix.solve(equations.right)
  const out = new Float64Array(m)
  out.set(solved)
  out[m - 1] = whole - solved.reduce((s, v) => s + v, 0)
  const errors = coefficientErrors(matrix, {
    count: rows.length,
    regressors,
    weightedResidual(k) {
      regressors(k, row)
      return weights[k] * (observed(k) - solved.reduce((s, v, i) => s + v * row[i], 0))
    },
    draw: (k) => draws[k],
  })
  return { values: out.map((v) => (Math.abs(v) < negligible ? 0 : v)), standardError: meanError(errors) }
}

/** The number of segments that the segmenter was asked for. */
function featuresAsked({ segments: count, segmenterParameters }: KernelShapParameters): number {
  if (typeof count === 'number') return count
  const { segments = 100 } = segmenterParameters
  return typeof segments === 'number' ? segments : 100
}

/**
 * KernelSHAP: Shapley values of segments by weighted least squares over combinations of shown and hidden segments.
 *
 * input   x  [N, …item]; segments given or cut by SLIC
 * output  [N, 1, …spatial]: each segment's Shapley value; units of the score
 * check   additivity: Σφ = f(x) − f(all hidden), enforced, so the gap is rounding; and the standard error that the draws leave (mean over
 *         the segments; 0 where every combination was tried, null for given draws)
 * cost    `samples` forward passes, 2^M − 2 at most
 * errors  attribution.array-shape, attribution.segments, attribution.singular (too few different combinations)
 * source  Lundberg & Lee 2017, arXiv:1705.07874
 */
export const kernelShap: Method<KernelShapParameters> = {
  id: 'kernel-shap',
  version: 1,
  title: 'KernelSHAP',
  summary:
    'Shapley values of segments: each one’s fair share of the score, over combinations of shown and hidden segments.',
  source: 'Lundberg & Lee 2017, arXiv:1705.07874',
  family: 'perturbation',
  output: 'position',
  needs: ['scores'],
  parameters,
  cost: (p) => ({ forward: 2 + (p.draws?.dims[0] ?? (p.samples === 'auto' ? 2248 : p.samples)), gradient: 0 }),
  async run({ model, x, target, seed }, p, run) {
    const geometry = itemGeometry(model.input)
    const items = x.dims[0]
    const map = tensor([items, 1, ...geometry.spatialDims])
    const scores = new Float64Array(items)
    const sums: number[] = []
    const expected: number[] = []
    const errors: (number | null)[] = []
    for (let item = 0; item < items; item++) {
      const own = x.data.subarray(item * geometry.size, (item + 1) * geometry.size)
      const found = segmentsOf(own, item, items, geometry, p)
      const hidden = hiddenPicture(own, item, items, geometry, found, p['legacy.shap255'] ? 255 : p.fill)
      const segments = p['legacy.fixedFeatures'] ? fixedFeatures(found, featuresAsked(p)) : found
      const m = segments.count
      const budget = p.samples === 'auto' ? 2 * m + 2048 : p.samples
      const coalitions = p.draws ? givenCoalitions(givenRows(p.draws, m)) : sampledCoalitions(m, budget, seed, item)
      const shown = [new Uint8Array(m).fill(1), new Uint8Array(m), ...coalitions.rows]
      const rows: Rows = {
        count: shown.length,
        item: () => item,
        fill: (k, into) => showSegments(own, hidden, geometry, segments, shown[k], into),
      }
      const seen: number[] = []
      await streamScores(model, target, rows, run, 'combinations of segments', (k, score) => {
        seen[k] = score
      })
      scores[item] = seen[0]
      const whole = seen[0] - seen[1]
      const { values, standardError } = solveShapley(
        coalitions,
        seen.slice(2).map((score) => score - seen[1]),
        whole,
        m,
      )
      segments.labels.forEach((label, q) => {
        map.data[item * geometry.positions + q] = label < 0 ? 0 : values[label]
      })
      errors.push(p.draws ? null : standardError)
      sums.push(values.reduce((s, v) => s + v, 0))
      expected.push(whole)
    }
    const check = completenessCheck(sums, expected, 'additivity')
    return { map, scores, check: { ...check, values: { ...check.values, standardError: errors } }, warnings: [] }
  },
}
