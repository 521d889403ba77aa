import { z } from 'zod'
import { mapFields } from './measured-map.ts'
import { singleMetric } from './single-metric.ts'

/**
 * Effective complexity: how many positions matter at all.
 *
 *   #{ |v| > threshold · max |v| }
 *
 * value   0 … n; 0 for a map of zeros; details.fraction = value / n
 * undefined  map-not-finite
 * source  Nguyen & Martínez 2020, arXiv:2007.07584
 */
export const effectiveComplexity = singleMetric({
  id: 'effective-complexity',
  title: 'Effective complexity',
  summary: 'How many positions hold more than a small share of the map’s largest magnitude.',
  source: 'Nguyen & Martínez 2020, arXiv:2007.07584',
  range: [0, null],
  parameters: z.strictObject({
    merge: mapFields.merge,
    threshold: z.number().min(0).max(1).default(1e-5).meta({
      title: 'Threshold',
      description: 'Share of the largest magnitude that must be exceeded.',
      unit: 'fraction',
    }),
  }),
  measure(values, { threshold }) {
    let most = 0
    for (const v of values) most = Math.max(most, v)
    let count = 0
    for (const v of values) if (v > threshold * most) count++
    return { value: count, details: { fraction: count / values.length } }
  },
})
