import { z } from 'zod'
import { descendingOrder } from '../tensor/sort.ts'
import { mapFields } from './measured-map.ts'
import { pairMetric } from './pair-metric.ts'

/**
 * Top-k overlap: the share of one map's k highest positions that are among the other's.
 *
 * value   0 … 1; chance k/N; k defaults to a tenth of the positions; ties by position
 * undefined  map-not-finite
 * source  Ghorbani, Abid & Zou 2019, arXiv:1710.10547
 */
export const topKOverlap = pairMetric({
  id: 'top-k-overlap',
  title: 'Top-k overlap',
  summary: 'The share of one map’s k highest positions that are among the other map’s k highest.',
  source: 'Ghorbani, Abid & Zou 2019, arXiv:1710.10547',
  range: [0, 1],
  parameters: z.strictObject({
    ...mapFields,
    k: z
      .union([z.literal('auto'), z.number().int().min(1)])
      .default('auto')
      .meta({
        title: 'k',
        description: 'How many of the highest positions count; auto: a tenth of all.',
        unit: 'positions',
      }),
  }),
  measure({ a, b }, p) {
    const n = a.length
    const k = Math.min(n, p.k === 'auto' ? Math.max(1, Math.floor(0.1 * n + 0.5)) : p.k)
    const first = new Set(descendingOrder(a).subarray(0, k))
    let common = 0
    for (const position of descendingOrder(b).subarray(0, k)) if (first.has(position)) common++
    return { value: common / k, chance: k / n, details: { k } }
  },
})
