import { z } from 'zod'
import { midRanks } from '../tensor/sort.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { correlation, pairMetric } from './pair-metric.ts'

/**
 * Spearman's rank correlation of two maps: Pearson's of the mid-ranks, so ties do not depend on their order.
 *
 * value   −1 … 1; details.absolute: the same for magnitudes, whatever `sign` says
 * undefined  map-constant (either map), map-not-finite, too-few
 * source  scipy.stats.spearmanr
 */
export const spearman = pairMetric({
  id: 'spearman',
  title: 'Spearman correlation',
  summary: 'Rank correlation of two maps over all positions; ties share their mean rank.',
  source: 'Spearman 1904; scipy.stats.spearmanr',
  range: [-1, 1],
  parameters: z.strictObject(mapFields),
  measure({ a, b }) {
    if (a.length < 2) return undefinedBecause('too-few')
    const value = correlation(midRanks(a), midRanks(b))
    if (value === null) return undefinedBecause('map-constant')
    return { value, details: { absolute: correlation(midRanks(a.map(Math.abs)), midRanks(b.map(Math.abs))) } }
  },
})
