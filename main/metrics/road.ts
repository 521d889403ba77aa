import { z } from 'zod'
import { arraySchema } from '../attribution/array-parameter.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { counterRandom } from '../tensor/random.ts'
import { descendingOrder } from '../tensor/sort.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { impute } from './impute.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { type Curve, type ModelCase, modelMetric, scoresOf, trapezoid } from './model-metric.ts'

const usual = [10, 20, 30, 40, 50, 60, 70, 80, 90]

/** errors  metrics.parameter: not rising, or outside 0 … 100 */
function percentagesOf(given: Tensor | number | undefined): number[] {
  const list = given === undefined ? usual : typeof given === 'number' ? [given] : [...given.data]
  const fine = list.length > 0 && list.every((p, i) => p > 0 && p <= 100 && (i === 0 || p > list[i - 1]))
  if (fine) return list
  throw new SaliscopeError(
    'metrics.parameter',
    `road cannot take the percentages ${list.slice(0, 6).join(', ')}; they must rise and lie above 0 and up to 100.`,
    { parameter: 'percentages' },
  )
}

/** Scores after the first positions of an order were imputed, with noise on every removed value. */
async function imputedCurve(
  data: ModelCase,
  order: Uint32Array,
  percentages: readonly number[],
  noise: number,
  sample: number,
): Promise<Curve> {
  const { geometry, x, seed } = data
  const random = counterRandom(seed)
  const y = await scoresOf(data, percentages.length + 1, (row, into) => {
    if (row === 0) {
      into.set(x)
      return
    }
    const removed = order.subarray(0, Math.floor((order.length * percentages[row - 1]) / 100))
    const filled = impute(x, removed, geometry)
    for (const q of removed) {
      for (let c = 0; c < geometry.channels; c++) {
        const at = geometry.offset(q, c)
        filled[at] += noise * random.normal(0, sample * 1000 + row, at)
      }
    }
    into.set(filled)
  })
  return { x: [0, ...percentages.map((p) => p / 100)], y }
}

/**
 * ROAD: the score after the highest positions were removed and imputed from their neighbours, so that the shape of the removed
 * area tells little.
 *
 * For each percentage p the top ⌊n·p/100⌋ positions are imputed (see impute.ts), plus N(0, noise²) per removed value.
 *
 * value   area from 0 to the largest percentage, not rescaled; lower is better
 * curve   x share removed with (0, original score) in front, y score; details.mean over the percentages
 * details with leastFirst=true: leastFirst (area when the lowest positions go first), combined = mean(LeRF − MoRF)/2 (higher is better)
 * undefined  not-applicable (100 %: nothing is left to impute from), map-not-finite, input-not-finite, score-not-finite
 * source  Rong et al. 2022, arXiv:2202.00449
 */
export const road = modelMetric({
  id: 'road',
  title: 'ROAD',
  summary: 'The score after the highest positions were removed and filled in from their neighbours. Lower is better.',
  source: 'Rong et al. 2022, arXiv:2202.00449',
  direction: 'lower',
  range: [null, null],
  parameters: z.strictObject({
    ...mapFields,
    percentages: z
      .union([z.number(), arraySchema])
      .optional()
      .meta({ title: 'Percentages', description: 'Shares removed, rising; by default 10, 20, … 90.', unit: '%' }),
    noise: z.number().min(0).max(1e6).default(0.01).meta({
      title: 'Noise',
      description: 'Standard deviation of the noise on every imputed value.',
      unit: 'model input',
    }),
    leastFirst: z
      .boolean()
      .default(false)
      .meta({ title: 'Least first', description: 'Also removes the lowest positions first, which doubles the cost.' }),
  }),
  async measure(data, p) {
    const percentages = percentagesOf(p.percentages)
    if (percentages[percentages.length - 1] === 100) return undefinedBecause('not-applicable')
    const order = descendingOrder(data.values)
    const curve = await imputedCurve(data, order, percentages, p.noise, 0)
    const mean = (y: readonly number[]) => y.slice(1).reduce((s, v) => s + v, 0) / (y.length - 1)
    const details: Record<string, unknown> = { mean: mean(curve.y) }
    if (p.leastFirst) {
      const least = await imputedCurve(data, order.slice().reverse(), percentages, p.noise, 1)
      details.leastFirst = trapezoid(least)
      details.combined = (mean(least.y) - mean(curve.y)) / 2
    }
    return { value: trapezoid(curve), chance: null, curve, details }
  },
})
