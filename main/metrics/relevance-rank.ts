import { z } from 'zod'
import { insideOfTop, maskMetric } from './mask-metric.ts'
import { mapFields } from './measured-map.ts'

/**
 * Relevance rank: the share of the m highest positions that lie inside the mask of m positions.
 *
 * value   0 … 1, higher is better; chance m/N
 * ties    by position, first first
 * undefined  mask-empty, map-not-finite
 * source  Arras, Osman & Samek 2022, arXiv:2003.07258
 */
export const relevanceRank = maskMetric({
  id: 'relevance-rank',
  title: 'Relevance rank',
  summary: 'The share of the highest positions, as many as the mask has, that lie inside it.',
  source: 'Arras, Osman & Samek 2022, arXiv:2003.07258',
  range: [0, 1],
  parameters: z.strictObject(mapFields),
  measure: (data) => ({ value: insideOfTop(data, data.m) / data.m, chance: data.share }),
})
