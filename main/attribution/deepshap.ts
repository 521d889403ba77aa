import { z } from 'zod'
import { tensor } from '../tensor/tensor.ts'
import { arrayCount, arrayRow, arraySchema } from './array-parameter.ts'
import { completenessCheck, itemSums } from './check.ts'
import { deepliftRuleSchema } from './deeplift.ts'
import type { Method } from './method.ts'
import { meanContributions } from './multiplier-rows.ts'
import { traceSchema } from './trace.ts'

const parameters = z.strictObject({
  references: arraySchema.meta({
    format: 'array',
    title: 'References',
    description: 'Reference inputs [R, …item], from training data only.',
  }),
  rule: deepliftRuleSchema,
  trace: traceSchema,
})
export type DeepshapParameters = z.infer<typeof parameters>

/**
 * DeepSHAP: DeepLIFT contributions averaged over references.
 *
 *   A = 1/R Σ_r multiplier_r ⊙ (x − r)
 *
 * input   x  [N, …item]; references [R, …item]
 * output  A  same shape as x, signed; units of the score
 * check   completeness: ΣA = f(x) − mean f(references)
 * cost    R × (two forward passes and one backward pass)
 * errors  attribution.array-shape (references); autodiff.* for an operator without a rule
 * source  Lundberg & Lee 2017, arXiv:1705.07874
 */
export const deepshap: Method<DeepshapParameters> = {
  id: 'deepshap',
  version: 1,
  title: 'DeepSHAP',
  summary: 'DeepLIFT averaged over many reference inputs. Adds up to the score less the mean score of the references.',
  source: 'Lundberg & Lee 2017, arXiv:1705.07874',
  family: 'backward-rule',
  output: 'pixel',
  needs: ['rules', 'gradients'],
  parameters,
  cost: (p) => ({ forward: p.references.dims[0], gradient: p.references.dims[0] }),
  async run({ model, x, target }, p, run) {
    const items = x.dims[0]
    const references = arrayCount('references', p.references, model.input.itemDims)
    const pairs = Array.from({ length: items * references }, (_, k) => ({
      item: Math.floor(k / references),
      reference: arrayRow(p.references, k % references),
    }))
    const request = { model, x, target, pairs, rule: p.rule, trace: p.trace }
    const { map, scores, expected, trace } = await meanContributions(request, run)
    const check = completenessCheck(itemSums(map, items), expected)
    return { map: tensor(x.dims, map), scores, check, warnings: [], trace }
  },
}
