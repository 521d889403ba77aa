import { z } from 'zod'
import { tensor } from '../tensor/tensor.ts'
import { baselineRuns, baselineSchema, baselinesOf, tieWarning } from './baseline.ts'
import { completenessCheck, itemSums } from './check.ts'
import { itemGeometry } from './item-geometry.ts'
import type { Method } from './method.ts'
import { meanContributions } from './multiplier-rows.ts'
import { traceSchema } from './trace.ts'

export const deepliftRuleSchema = z.enum(['rescale', 'reveal-cancel']).default('rescale').meta({
  title: 'Rule',
  description: 'rescale everywhere, or reveal-cancel on every Conv and Gemm directly followed by a ReLU.',
})

const parameters = z.strictObject({ rule: deepliftRuleSchema, baseline: baselineSchema, trace: traceSchema })
export type DeepliftParameters = z.infer<typeof parameters>

/**
 * DeepLIFT: differences of all activations from those of a reference input, shared out backwards.
 *
 *   A = multiplier ⊙ (x − x′)
 *
 * input   x  [N, …item], model units
 * output  A  same shape, signed; units of the score; black-white: the mean over both baselines
 * check   completeness: ΣA = f(x) − f(x′), exact up to rounding
 * cost    two forward passes and one backward pass per baseline
 * errors  attribution.array-shape (baseline); autodiff.* for an operator without a rule
 * source  Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685
 */
export const deeplift: Method<DeepliftParameters> = {
  id: 'deeplift',
  version: 1,
  title: 'DeepLIFT',
  summary:
    'Differences of all activations from those of a reference input, shared out backwards. Adds up to the score difference.',
  source: 'Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685',
  family: 'backward-rule',
  output: 'pixel',
  needs: ['rules', 'gradients'],
  parameters,
  cost: (p) => ({ forward: baselineRuns(p.baseline), gradient: baselineRuns(p.baseline) }),
  async run({ model, x, target }, p, run) {
    const geometry = itemGeometry(model.input)
    const items = x.dims[0]
    const pairs = Array.from({ length: items }, (_, item) => {
      const own = x.data.subarray(item * geometry.size, (item + 1) * geometry.size)
      return baselinesOf(p.baseline, own, item, items, geometry).map((reference) => ({ item, reference }))
    }).flat()
    const means = await meanContributions({ model, x, target, pairs, rule: p.rule, trace: p.trace }, run)
    const { map, scores, expected, trace } = means
    return {
      map: tensor(x.dims, map),
      scores,
      check: completenessCheck(itemSums(map, items), expected),
      warnings: tieWarning(p.baseline),
      trace,
    }
  },
}
