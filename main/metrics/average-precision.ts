import { z } from 'zod'
import { maskMetric, thresholdCounts } from './mask-metric.ts'
import { mapFields } from './measured-map.ts'

/**
 * Average precision: precision averaged over recall, without interpolation.
 *
 *   Σ_j (R_j − R_{j−1}) P_j over the distinct values, high to low; equal values enter together
 *
 * map     [...spatial], mask of 0 and 1 on the same grid
 * value   0 … 1, higher is better
 * chance  m/N: a map without information
 * undefined  mask-empty, map-not-finite
 * source  scikit-learn average_precision_score
 */
export const averagePrecision = maskMetric({
  id: 'average-precision',
  title: 'Average precision',
  summary: 'Precision averaged over recall when the threshold falls through the map’s values. Ties enter together.',
  source: 'scikit-learn average_precision_score; Buckley & Voorhees 2000, doi 10.1145/345508.345543',
  range: [0, 1],
  parameters: z.strictObject(mapFields),
  measure(data) {
    const { hits, falses, ties } = thresholdCounts(data)
    let value = 0
    let before = 0
    for (let j = 0; j < hits.length; j++) {
      value += ((hits[j] - before) / data.m) * (hits[j] / (hits[j] + falses[j]))
      before = hits[j]
    }
    return { value, chance: data.share, details: { ties } }
  },
})
