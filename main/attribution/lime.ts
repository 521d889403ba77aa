import { z } from 'zod'
import { counterRandom } from '../tensor/random.ts'
import { tensor } from '../tensor/tensor.ts'
import { arraySchema } from './array-parameter.ts'
import { itemGeometry } from './item-geometry.ts'
import { NormalEquations } from './linear-solve.ts'
import type { Method } from './method.ts'
import { coefficientErrors, meanError } from './regression-error.ts'
import { type Rows, rowsOfBatch, streamScores } from './rows.ts'
import { givenRows, hiddenPicture, segmenterFields, segmentFillField, segmentsOf, showSegments } from './segments.ts'

const parameters = z.strictObject({
  ...segmenterFields('quickshift'),
  samples: z.number().int().min(2).max(1_000_000).default(1000).meta({
    title: 'Samples',
    description: 'Random combinations of segments; the first shows everything. Given draws decide it themselves.',
    unit: 'forward passes',
  }),
  kernelWidth: z
    .number()
    .gt(0)
    .max(1000)
    .default(0.25)
    .meta({ title: 'Kernel width', description: 'How fast combinations unlike the input lose weight.' }),
  ridge: z
    .number()
    .min(0)
    .max(1e9)
    .default(1)
    .meta({ title: 'Ridge', description: 'Penalty on the coefficients; the intercept is free.' }),
  fill: segmentFillField,
  draws: arraySchema.optional().meta({
    format: 'array',
    title: 'Draws',
    description: '[samples, segments] of 0 and 1; replaces the seed. Row 0 shows everything.',
  }),
})
export type LimeParameters = z.infer<typeof parameters>

/** Fair bits; row 0 shows everything, and a row that shows nothing shows one segment at random instead. */
function seededRows(seed: number, item: number, samples: number, count: number): Float32Array[] {
  const random = counterRandom(seed)
  return Array.from({ length: samples }, (_, k) => {
    if (k === 0) return new Float32Array(count).fill(1)
    const row = Float32Array.from({ length: count }, (_unused, s) => (random.uniform(item, k, s) < 0.5 ? 1 : 0))
    if (!row.includes(1)) row[random.integer(item, k, count, count)] = 1
    return row
  })
}

const total = (row: ArrayLike<number>): number => Array.from(row).reduce((s, v) => s + v, 0)

export interface LimeFit {
  readonly coefficients: Float64Array
  /** Mean over the coefficients of what other draws would change; null with too few rows. */
  readonly standardError: number | null
  readonly intercept: number
  /** Weighted coefficient of determination; null where the scores do not vary. */
  readonly r2: number | null
  /** What the fit predicts for everything shown. */
  readonly prediction: number
}

/**
 * Weighted ridge regression of scores on 0/1 rows, free intercept.
 *
 *   weight = √exp(−d²/kernelWidth²), d = 1 − √(Σz/M), 1 for an empty row
 */
export function fitLime(
  rows: readonly ArrayLike<number>[],
  scores: readonly number[],
  kernelWidth: number,
  ridge: number,
): LimeFit {
  const count = rows[0].length
  const weights = rows.map((row) => {
    const d = 1 - Math.sqrt(total(row) / count)
    return Math.sqrt(Math.exp(-(d * d) / (kernelWidth * kernelWidth)))
  })
  const sum = weights.reduce((s, w) => s + w, 0)
  const meanRow = new Float64Array(count)
  let meanScore = 0
  rows.forEach((row, k) => {
    for (let s = 0; s < count; s++) meanRow[s] += (weights[k] * row[s]) / sum
    meanScore += (weights[k] * scores[k]) / sum
  })
  const equations = new NormalEquations(count)
  const centred = new Float64Array(count)
  rows.forEach((row, k) => {
    for (let s = 0; s < count; s++) centred[s] = row[s] - meanRow[s]
    equations.add(centred, scores[k] - meanScore, weights[k])
  })
  const matrix = equations.decomposed(ridge)
  const coefficients = matrix.solve(equations.right)
  const intercept = meanScore - coefficients.reduce((s, c, i) => s + c * meanRow[i], 0)
  const predict = (row: ArrayLike<number>) => intercept + coefficients.reduce((s, c, i) => s + c * row[i], 0)
  let rest = 0
  let spread = 0
  rows.forEach((row, k) => {
    rest += weights[k] * (scores[k] - predict(row)) ** 2
    spread += weights[k] * (scores[k] - meanScore) ** 2
  })
  const errors = coefficientErrors(matrix, {
    count: rows.length,
    regressors(k, into) {
      for (let s = 0; s < count; s++) into[s] = rows[k][s] - meanRow[s]
    },
    weightedResidual: (k) => weights[k] * (scores[k] - predict(rows[k])),
    // The first row shows everything and is always there.
    draw: (k) => (k === 0 ? null : k),
  })
  return {
    coefficients,
    standardError: meanError(errors),
    intercept,
    r2: spread > 0 ? 1 - rest / spread : null,
    prediction: predict(new Float64Array(count).fill(1)),
  }
}

/**
 * LIME: a linear model of the score in which segments are shown or hidden, fitted near the input.
 *
 * input   x  [N, …item]; segments given or cut by quickshift (kernel 4, distance 200, ratio 0.2)
 * output  [N, 1, …spatial]: each segment's coefficient; units of the score
 * check   fit: weighted R², intercept, prediction at the input, and the standard error that the draws leave (mean over the segments; null
 *         for given draws). A low R² means: do not trust the map
 * cost    `samples` forward passes
 * errors  attribution.array-shape (segments, draws, fill), attribution.segments, attribution.singular (ridge = 0)
 * source  Ribeiro, Singh & Guestrin 2016, arXiv:1602.04938
 */
export const lime: Method<LimeParameters> = {
  id: 'lime',
  version: 1,
  title: 'LIME',
  summary: 'Coefficients of a linear model of the score in which segments are shown or hidden. Read its R² first.',
  source: 'Ribeiro, Singh & Guestrin 2016, arXiv:1602.04938',
  family: 'perturbation',
  output: 'position',
  needs: ['scores'],
  parameters,
  cost: (p) => ({ forward: 1 + (p.draws?.dims[0] ?? p.samples), gradient: 0 }),
  async run({ model, x, target, seed }, p, run) {
    const geometry = itemGeometry(model.input)
    const items = x.dims[0]
    const map = tensor([items, 1, ...geometry.spatialDims])
    const scores = new Float64Array(items)
    await streamScores(model, target, rowsOfBatch(x), run, 'score', (row, score) => {
      scores[row] = score
    })
    const fits: LimeFit[] = []
    for (let item = 0; item < items; item++) {
      const own = x.data.subarray(item * geometry.size, (item + 1) * geometry.size)
      const segments = segmentsOf(own, item, items, geometry, p)
      const hidden = hiddenPicture(own, item, items, geometry, segments, p.fill)
      const shown = p.draws ? givenRows(p.draws, segments.count) : seededRows(seed, item, p.samples, segments.count)
      const rows: Rows = {
        count: shown.length,
        item: () => item,
        fill: (k, into) => showSegments(own, hidden, geometry, segments, shown[k], into),
      }
      const seen: number[] = []
      await streamScores(model, target, rows, run, 'combinations of segments', (k, score) => {
        seen[k] = score
      })
      const fit = fitLime(shown, seen, p.kernelWidth, p.ridge)
      segments.labels.forEach((label, q) => {
        map.data[item * geometry.positions + q] = fit.coefficients[label]
      })
      fits.push(fit)
    }
    const values = {
      r2: fits.map((f) => f.r2),
      intercept: fits.map((f) => f.intercept),
      prediction: fits.map((f) => f.prediction),
      standardError: fits.map((f) => (p.draws ? null : f.standardError)),
    }
    return { map, scores, check: { kind: 'fit', values }, warnings: warningsOf(fits) }
  },
}

function warningsOf(fits: readonly LimeFit[]): string[] {
  const few = fits.some((f) => f.coefficients.length < 6)
  return few ? ['Fewer than six segments: the map can hardly tell places apart.'] : []
}
