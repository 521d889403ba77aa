import { z } from 'zod'
import { maskMetric } from './mask-metric.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'

/**
 * Relevance mass: the share of the map's total that lies inside the mask.
 *
 *   Σ_M v / Σ v
 *
 * value   higher is better; with mixed signs it can leave 0 … 1, so sign=positive is recommended
 * chance  m/N
 * undefined  mask-empty, total-not-positive, map-not-finite
 * source  Arras, Osman & Samek 2022, arXiv:2003.07258
 */
export const relevanceMass = maskMetric({
  id: 'relevance-mass',
  title: 'Relevance mass',
  summary: 'The share of the map’s total that lies inside the mask. Recommended with sign=positive.',
  source: 'Arras, Osman & Samek 2022, arXiv:2003.07258',
  range: [null, null],
  parameters: z.strictObject(mapFields),
  measure({ values, inside, n, share }) {
    let total = 0
    let within = 0
    for (let i = 0; i < n; i++) {
      total += values[i]
      if (inside[i] === 1) within += values[i]
    }
    if (!(total > 0)) return undefinedBecause('total-not-positive', { chance: share })
    return { value: within / total, chance: share }
  },
})
