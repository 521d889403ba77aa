import { z } from 'zod'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { singleMetric } from './single-metric.ts'

/**
 * Sparseness: the Gini index of the magnitudes.
 *
 *   Σ_i (2i − n − 1) u_i / (n Σ u),  u sorted upwards, i = 1 … n
 *
 * value   0 (uniform) … 1 − 1/n (one position); neither good nor bad in itself
 * undefined  map-zero, map-not-finite
 * source  Chalasani et al. 2020, arXiv:1810.06583
 */
export const sparseness = singleMetric({
  id: 'sparseness',
  title: 'Sparseness',
  summary: 'How few positions hold the map’s magnitude (Gini index): 0 uniform, near 1 a single point.',
  source: 'Chalasani et al. 2020, arXiv:1810.06583',
  range: [0, 1],
  parameters: z.strictObject({ merge: mapFields.merge }),
  measure(values) {
    const sorted = values.slice().sort()
    const n = sorted.length
    let weighted = 0
    let sum = 0
    for (let i = 0; i < n; i++) {
      weighted += (2 * (i + 1) - n - 1) * sorted[i]
      sum += sorted[i]
    }
    return sum === 0 ? undefinedBecause('map-zero') : { value: weighted / (n * sum) }
  },
})
