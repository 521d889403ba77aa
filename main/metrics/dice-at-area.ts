import { z } from 'zod'
import { insideOfTop, maskMetric } from './mask-metric.ts'
import { mapFields } from './measured-map.ts'

/**
 * Dice of the highest positions that fill a given share of the image.
 *
 *   k = max(1, ⌊area·N + ½⌋);  2·|top k ∩ M| / (k + m)
 *
 * value   0 … 1, higher is better; chance 2k(m/N)/(k + m)
 * ties    by position, first first
 * undefined  mask-empty, map-not-finite
 * source  Dice 1945; own convention (CONTRACT.md)
 */
export const diceAtArea = maskMetric({
  id: 'dice-at-area',
  title: 'Dice at an area',
  summary: 'Dice overlap of the highest positions that fill a given share of the image.',
  source: 'Dice 1945, doi 10.2307/1932409',
  range: [0, 1],
  parameters: z.strictObject({
    ...mapFields,
    area: z
      .number()
      .gt(0)
      .max(1)
      .default(0.05)
      .meta({ title: 'Area', description: 'Share of the positions that is marked.', unit: 'fraction' }),
  }),
  measure(data, { area }) {
    const k = Math.min(data.n, Math.max(1, Math.floor(area * data.n + 0.5)))
    return {
      value: (2 * insideOfTop(data, k)) / (k + data.m),
      chance: (2 * k * data.share) / (k + data.m),
      details: { k },
    }
  },
})
