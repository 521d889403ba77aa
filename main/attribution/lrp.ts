import { z } from 'zod'
import type { LayerTrace } from '../inference/model-under-study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { arraySchema, requireDims } from './array-parameter.ts'
import { itemSums, ratio } from './check.ts'
import { itemGeometry } from './item-geometry.ts'
import type { Method } from './method.ts'
import { forEachChunk, rowsOfBatch, targetOfRows } from './rows.ts'
import { mergeTraces, traceSchema } from './trace.ts'

const boundSchema = z.union([z.number(), arraySchema]).optional()

const parameters = z.strictObject({
  composite: z
    .enum([
      'epsilon-plus',
      'epsilon',
      'zplus',
      'epsilon-plus-flat',
      'epsilon-alpha2-beta1',
      'epsilon-alpha2-beta1-flat',
      'epsilon-gamma-box',
      'gamma',
    ])
    .default('epsilon-plus')
    .meta({ title: 'Composite', description: 'Which rule which layer takes.' }),
  epsilon: z.number().gt(0).max(1e6).default(1e-6).meta({
    title: 'Epsilon',
    description: 'Stabiliser of the ε rule; all other denominators take 1e-6. Large values damp strongly.',
  }),
  gamma: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.25)
    .meta({ title: 'Gamma', description: 'How much the γ rule favours positive weights.' }),
  low: boundSchema.meta({
    title: 'Low',
    description:
      'Lowest legal input in model space, for epsilon-gamma-box: a number, one per channel, or an array of the item’s shape.',
    unit: 'model input',
  }),
  high: boundSchema.meta({
    title: 'High',
    description: 'Highest legal input in model space, for epsilon-gamma-box.',
    unit: 'model input',
  }),
  trace: traceSchema,
})
export type LrpParameters = z.infer<typeof parameters>

/** A bound as the model takes it: one value, one per channel, or a whole item. */
function bound(
  name: string,
  value: number | Tensor | undefined,
  itemDims: readonly number[],
  channels: number,
): number | Float32Array | null {
  if (value === undefined || typeof value === 'number') return value ?? null
  if (value.data.length === channels) return value.data
  requireDims(name, value, itemDims)
  return value.data
}

/**
 * Layer-wise relevance propagation: the score is shared out backwards, layer by layer, by rules.
 *
 * input   x  [N, …item], model units; Conv–BN pairs are folded first
 * output  same shape, signed, per channel; units of the score. Maps of different composites differ in scale
 * check   conservation: Σ relevance ÷ f(x), the share that biases kept, and the rest, which went to stabilisers and added constants
 * cost    one forward and backward pass (ε) to six forward and four backward passes (γ)
 * errors  attribution.parameter (epsilon-gamma-box without low and high), attribution.array-shape; autodiff.* for an operator without a rule
 * source  Bach et al. 2015, PLoS ONE 10(7):e0130140; composites: zennit
 */
export const lrp: Method<LrpParameters> = {
  id: 'lrp',
  version: 1,
  title: 'Layer-wise relevance propagation',
  summary: 'The score, shared out backwards layer by layer. A composite says which layer takes which rule.',
  source: 'Bach et al. 2015, PLoS ONE 10(7):e0130140',
  remark:
    'Other implementations state that LRP is patented and free for personal and scientific use; the Apache licence of this program grants no rights to patents of others. Clear the status before commercial use.',
  family: 'backward-rule',
  output: 'pixel',
  needs: ['rules', 'gradients'],
  parameters,
  cost: (p) => (p.composite === 'epsilon' ? { forward: 1, gradient: 1 } : { forward: 4, gradient: 3 }),
  async run({ model, x, target }, p, run) {
    const { itemDims, channels } = itemGeometry(model.input)
    if (p.composite === 'epsilon-gamma-box' && (p.low === undefined || p.high === undefined)) {
      throw new SaliscopeError(
        'attribution.parameter',
        'lrp needs low and high, the legal bounds of the input in model space, for the composite epsilon-gamma-box.',
        { parameter: 'low' },
      )
    }
    const options = {
      composite: p.composite,
      epsilon: p.epsilon,
      gamma: p.gamma,
      low: bound('low', p.low, itemDims, channels),
      high: bound('high', p.high, itemDims, channels),
      trace: p.trace,
    }
    const map = new Float32Array(x.data.length)
    const scores = new Float64Array(x.dims[0])
    const bias: (number | null)[] = []
    const traces: (readonly LayerTrace[] | null)[] = []
    await forEachChunk(model, rowsOfBatch(x), run, 'relevance', async (part, items, first) => {
      const result = await model.relevance(part, targetOfRows(target, items), options)
      map.set(result.relevance.data, first * (x.data.length / x.dims[0]))
      scores.set(result.scores, first)
      bias.push(...(result.bias ?? items.map(() => null)))
      traces.push(result.trace)
    })
    const sum = itemSums(map, x.dims[0])
    const shares = bias.map((kept, i) => (kept === null ? null : ratio(kept, scores[i])))
    const ratios = sum.map((s, i) => ratio(s, scores[i]))
    const rest = shares.map((share, i) => {
      const own = ratios[i]
      return share === null || own === null ? null : 1 - own - share
    })
    const values = { sum, score: [...scores], ratio: ratios, biasShare: shares, rest }
    const check = { kind: 'conservation', values }
    return { map: tensor(x.dims, map), scores, check, warnings: [], trace: p.trace ? mergeTraces(traces) : null }
  },
}
