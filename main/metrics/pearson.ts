import { z } from 'zod'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { correlation, pairMetric } from './pair-metric.ts'

/**
 * Pearson's correlation of two maps over all positions.
 *
 * value   −1 … 1; chance: the same between maps of different images, not zero
 * undefined  map-constant (either map), map-not-finite, too-few
 * source  scipy.stats.pearsonr
 */
export const pearson = pairMetric({
  id: 'pearson',
  title: 'Pearson correlation',
  summary: 'Linear correlation of two maps over all positions.',
  source: 'Pearson 1895; scipy.stats.pearsonr',
  range: [-1, 1],
  parameters: z.strictObject(mapFields),
  measure({ a, b }) {
    if (a.length < 2) return undefinedBecause('too-few')
    const value = correlation(a, b)
    return value === null ? undefinedBecause('map-constant') : { value }
  },
})
