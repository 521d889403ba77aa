import { z } from 'zod'
import { arraySchema } from '../attribution/array-parameter.ts'
import { fillField, fillPicture } from './fill.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { drawsField, modelMetric } from './model-metric.ts'
import { correlation } from './pair-metric.ts'
import { constantSide, drawnSubsets, givenSubsets, subsetEffects } from './subsets.ts'

const usualShares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]

/**
 * Sensitivity-n: do sums of the map over subsets of n positions go with the drop of the score when they are filled?
 *
 * For every subset size the Pearson correlation of Σ_S v and f(x) − f(x with S filled).
 *
 * value   mean over sizes, −1 … 1, higher is better; chance 0
 * curve   x subset size, y correlation; sizes without one (a side that does not vary) are left out and counted in details.undefinedSizes
 * cost    one forward pass per subset
 * undefined  sums-constant or score-constant (no size has a correlation), too-few, map-not-finite, input-not-finite, score-not-finite
 * source  Ancona et al. 2018, arXiv:1711.06104
 */
export const sensitivityN = modelMetric({
  id: 'sensitivity-n',
  title: 'Sensitivity-n',
  summary: 'Correlation between sums of the map over random subsets and the drop of the score when they are filled.',
  source: 'Ancona et al. 2018, arXiv:1711.06104',
  direction: 'higher',
  range: [-1, 1],
  parameters: z.strictObject({
    ...mapFields,
    sizes: z.union([z.number(), arraySchema]).optional().meta({
      title: 'Sizes',
      description: 'Subset sizes as shares of all positions; by default 0.01, 0.02, 0.05, 0.1, 0.2, 0.5.',
      unit: 'fraction',
    }),
    samples: z
      .number()
      .int()
      .min(3)
      .max(100_000)
      .default(100)
      .meta({ title: 'Samples', description: 'Random subsets per size.', unit: 'forward passes' }),
    draws: drawsField('[samples, …spatial] of 0 and 1, 1 = filled; replaces seed, sizes and samples.'),
    fill: fillField(),
  }),
  async measure(data, p) {
    const n = data.values.length
    const shares = p.sizes === undefined ? usualShares : typeof p.sizes === 'number' ? [p.sizes] : [...p.sizes.data]
    const wanted = [...new Set(shares.map((share) => Math.min(n, Math.max(1, Math.round(share * n)))))]
    const subsets = p.draws
      ? givenSubsets(p.draws, data.geometry.spatialDims)
      : wanted.flatMap((size, i) => drawnSubsets(data.seed, n, size, p.samples, i * p.samples))
    const { sums, drops } = await subsetEffects(data, subsets, fillPicture(p.fill, data.x, data.geometry, data.seed))
    const sizes = [...new Set(subsets.map((s) => s.length))].sort((a, b) => a - b)
    const points = sizes.map((size) => {
      const chosen = subsets.map((_, k) => k).filter((k) => subsets[k].length === size)
      return {
        size,
        value: correlation(
          chosen.map((k) => sums[k]),
          chosen.map((k) => drops[k]),
        ),
      }
    })
    const defined = points.filter((point): point is { size: number; value: number } => point.value !== null)
    if (defined.length === 0) return undefinedBecause(subsets.length < 2 ? 'too-few' : constantSide(sums))
    const value = defined.reduce((s, point) => s + point.value, 0) / defined.length
    const curve = { x: defined.map((point) => point.size), y: defined.map((point) => point.value) }
    return { value, chance: 0, curve, details: { undefinedSizes: points.length - defined.length } }
  },
})
