import { z } from 'zod'
import { type Baseline, baselineSchema, baselinesOf } from '../attribution/baseline.ts'
import { ratio, sumOf } from '../attribution/check.ts'
import { modelMetric, scoresOf } from './model-metric.ts'

/**
 * Completeness: does the map add up to the score difference it claims to explain?
 *
 *   value = Σ map − (f(x) − f(baseline))
 *
 * value   units of the score; 0 is best. details: sum, difference, relative = value/|difference| (null if 0),
 *         score, conservation = sum/f(x) (for relevance maps, which claim f(x) itself)
 * cost    2 forward passes
 * undefined  map-not-finite, input-not-finite, score-not-finite
 * source  Sundararajan, Taly & Yan 2017, arXiv:1703.01365
 */
export const completeness = modelMetric({
  id: 'completeness',
  title: 'Completeness',
  summary: 'The map’s sum minus the score difference to the baseline; 0 is best.',
  source: 'Sundararajan, Taly & Yan 2017, arXiv:1703.01365',
  direction: 'none',
  range: [null, null],
  parameters: z.strictObject({ baseline: baselineSchema }),
  async measure(data, { baseline }) {
    const starts = baselinesOf(baseline as Baseline, data.x, 0, 1, data.geometry)
    const scores = await scoresOf(data, 1 + starts.length, (row, into) =>
      into.set(row === 0 ? data.x : starts[row - 1]),
    )
    const difference = scores[0] - sumOf(scores.slice(1)) / starts.length
    // The map as given: a sum over all channels, whatever the sign and merge of rankings.
    const sum = sumOf(data.map.data)
    const value = sum - difference
    return {
      value,
      chance: null,
      details: {
        sum,
        difference,
        relative: ratio(value, Math.abs(difference)),
        score: scores[0],
        conservation: ratio(sum, scores[0]),
      },
    }
  },
})
