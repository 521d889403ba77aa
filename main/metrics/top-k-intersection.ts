import { z } from 'zod'
import { insideOfTop, maskMetric } from './mask-metric.ts'
import { mapFields } from './measured-map.ts'

/**
 * Top-k intersection: the share of the k highest positions that lie inside the mask.
 *
 * value   0 … 1, higher is better; chance m/N; details.maximum = min(1, m/k), what a perfect map reaches
 * ties    by position, first first; k is capped at N
 * undefined  mask-empty, map-not-finite
 * source  Theiner et al. 2021, arXiv:2104.14995; Quantus TopKIntersection
 */
export const topKIntersection = maskMetric({
  id: 'top-k-intersection',
  title: 'Top-k intersection',
  summary: 'The share of the k highest positions that lie inside the mask.',
  source: 'Theiner, Müller-Budack & Ewerth 2021, arXiv:2104.14995',
  range: [0, 1],
  parameters: z.strictObject({
    ...mapFields,
    k: z.number().int().min(1).default(1000).meta({
      title: 'k',
      description: 'How many of the highest positions count; capped at all of them.',
      unit: 'positions',
    }),
  }),
  measure(data, { k }) {
    const capped = Math.min(k, data.n)
    return {
      value: insideOfTop(data, capped) / capped,
      chance: data.share,
      details: { k: capped, maximum: Math.min(1, data.m / capped) },
    }
  },
})
