import { z } from 'zod'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { singleMetric } from './single-metric.ts'

/**
 * Entropy of the magnitudes taken as shares of their sum.
 *
 *   −Σ p ln p,  p = |v| / Σ|v|,  0 ln 0 = 0
 *
 * value   0 (one position) … ln n (uniform), nats; details.normalised = value / ln n
 * undefined  map-zero, map-not-finite
 * source  Bhatt, Weller & Moura 2020, arXiv:2005.00631 (complexity)
 */
export const entropy = singleMetric({
  id: 'entropy',
  title: 'Entropy',
  summary: 'How evenly the map’s magnitude is spread, in nats.',
  source: 'Bhatt, Weller & Moura 2020, arXiv:2005.00631',
  range: [0, null],
  parameters: z.strictObject({ merge: mapFields.merge }),
  measure(values) {
    let sum = 0
    for (const v of values) sum += v
    if (sum === 0) return undefinedBecause('map-zero')
    let value = 0
    for (const v of values) if (v > 0) value -= (v / sum) * Math.log(v / sum)
    return { value, details: { normalised: values.length > 1 ? value / Math.log(values.length) : null } }
  },
})
