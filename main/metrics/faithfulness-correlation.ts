import { z } from 'zod'
import { fillField, fillPicture } from './fill.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { drawsField, modelMetric } from './model-metric.ts'
import { correlation } from './pair-metric.ts'
import { constantSide, drawnSubsets, givenSubsets, subsetEffects } from './subsets.ts'

/**
 * Faithfulness correlation: Pearson's correlation of the map's sum over random subsets and the drop of the score when they are filled.
 *
 * value   −1 … 1, higher is better; chance 0, details.chanceDeviation = 1/√(runs − 1)
 * cost    one forward pass per subset
 * undefined  sums-constant, score-constant, too-few, map-not-finite, input-not-finite, score-not-finite
 * source  Bhatt, Weller & Moura 2020, arXiv:2005.00631
 */
export const faithfulnessCorrelation = modelMetric({
  id: 'faithfulness-correlation',
  title: 'Faithfulness correlation',
  summary: 'Correlation between the map’s sum over random subsets and the drop of the score when they are filled.',
  source: 'Bhatt, Weller & Moura 2020, arXiv:2005.00631',
  direction: 'higher',
  range: [-1, 1],
  parameters: z.strictObject({
    ...mapFields,
    runs: z
      .number()
      .int()
      .min(3)
      .max(100_000)
      .default(100)
      .meta({ title: 'Runs', description: 'Random subsets.', unit: 'forward passes' }),
    subset: z
      .number()
      .int()
      .min(1)
      .default(224)
      .meta({ title: 'Subset', description: 'Positions per subset, capped at half of all.', unit: 'positions' }),
    draws: drawsField('[samples, …spatial] of 0 and 1, 1 = filled; replaces seed, runs and subset.'),
    fill: fillField(),
  }),
  async measure(data, p) {
    const n = data.values.length
    const size = Math.max(1, Math.min(p.subset, Math.floor(n / 2)))
    const subsets = p.draws
      ? givenSubsets(p.draws, data.geometry.spatialDims)
      : drawnSubsets(data.seed, n, size, p.runs, 0)
    if (subsets.length < 2) return undefinedBecause('too-few')
    const { sums, drops } = await subsetEffects(data, subsets, fillPicture(p.fill, data.x, data.geometry, data.seed))
    const value = correlation(sums, drops)
    if (value === null) return undefinedBecause(constantSide(sums))
    return { value, chance: 0, details: { chanceDeviation: 1 / Math.sqrt(subsets.length - 1), runs: subsets.length } }
  },
})
