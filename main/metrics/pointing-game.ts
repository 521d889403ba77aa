import { z } from 'zod'
import { squaredDistances } from './distance-transform.ts'
import { maskMetric } from './mask-metric.ts'
import { mapFields } from './measured-map.ts'

/**
 * Pointing game: does the highest point of the map lie on the expert's mask?
 *
 * map     [...spatial]; the highest value counts, after the chosen sign convention
 * mask    [...spatial] of 0 and 1, in the map's geometry
 * value   1 hit, 0 miss; higher is better; a study reports the mean over items
 * chance  area of the mask grown by the tolerance ÷ area of the map: what a random point scores
 * ties    the first position in C order wins; `tied` tells how many positions share the maximum
 * undefined  mask-empty: no value rather than 0, so healthy images do not pull the mean down; map-not-finite
 * source  Zhang et al. 2018, arXiv:1608.00507
 */
export const pointingGame = maskMetric({
  id: 'pointing-game',
  title: 'Pointing game',
  summary: 'Whether the highest point of the map lies on the mask (1) or not (0).',
  source: 'Zhang et al. 2018, arXiv:1608.00507',
  range: [0, 1],
  parameters: z.strictObject({
    ...mapFields,
    tolerance: z.number().min(0).max(10_000).default(0).meta({
      title: 'Tolerance',
      description: 'A miss by at most this Euclidean distance still counts.',
      unit: 'positions',
    }),
  }),
  measure({ values, inside, dims, n }, { tolerance }) {
    let best = 0
    for (let i = 1; i < n; i++) if (values[i] > values[best]) best = i
    let tied = 0
    for (let i = 0; i < n; i++) if (values[i] === values[best]) tied++
    const distances = squaredDistances(inside, dims)
    const limit = tolerance * tolerance
    let near = 0
    for (let i = 0; i < n; i++) if (distances[i] <= limit) near++
    return {
      value: distances[best] <= limit ? 1 : 0,
      chance: near / n,
      details: { position: best, distance: Math.sqrt(distances[best]), tied },
    }
  },
})
