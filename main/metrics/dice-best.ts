import { z } from 'zod'
import { maskMetric, thresholdCounts } from './mask-metric.ts'
import { mapFields } from './measured-map.ts'

/**
 * The best Dice any threshold of the map reaches: an upper bound, since the mask chooses the threshold.
 *
 *   max over distinct t of 2·|{v ≥ t} ∩ M| / (|{v ≥ t}| + m)
 *
 * value   0 … 1, higher is better; chance 2a/(1 + a), a = m/N (everything marked)
 * details threshold (map units), area (share marked); the highest threshold of equals
 * undefined  mask-empty, map-not-finite
 * source  Dice 1945; own convention (CONTRACT.md)
 */
export const diceBest = maskMetric({
  id: 'dice-best',
  title: 'Best Dice',
  summary: 'The best Dice overlap any threshold of the map reaches: an upper bound chosen by the mask itself.',
  source: 'Dice 1945, doi 10.2307/1932409',
  range: [0, 1],
  parameters: z.strictObject(mapFields),
  measure(data) {
    const { thresholds, hits, falses } = thresholdCounts(data)
    let best = 0
    const dice = (j: number) => (2 * hits[j]) / (hits[j] + falses[j] + data.m)
    for (let j = 1; j < hits.length; j++) if (dice(j) > dice(best)) best = j
    const details = { threshold: thresholds[best], area: (hits[best] + falses[best]) / data.n }
    return { value: dice(best), chance: (2 * data.share) / (1 + data.share), details }
  },
})
