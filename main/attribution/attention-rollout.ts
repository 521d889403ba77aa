import { z } from 'zod'
import { upsampleSchema } from './layer-map.ts'
import type { Method } from './method.ts'
import { type ItemAttention, through, tokenMap } from './token-map.ts'

const parameters = z.strictObject({
  heads: z.enum(['mean', 'maximum', 'minimum']).default('mean').meta({
    title: 'Heads',
    description: 'How the heads of a layer become one matrix.',
  }),
  residual: z.number().min(0).max(1).default(0.5).meta({
    title: 'Residual',
    description: 'Share of the skip connection, which lets every token keep what it has.',
    unit: 'fraction',
  }),
  upsample: upsampleSchema,
})
export type AttentionRolloutParameters = z.infer<typeof parameters>

/** Heads joined, skip connection mixed in, every row divided by its sum. */
function mixed({ heads, tokens, weights }: ItemAttention, p: AttentionRolloutParameters): Float64Array {
  const size = tokens * tokens
  const out = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let joined = weights[i]
    for (let h = 1; h < heads; h++) {
      const w = weights[h * size + i]
      joined = p.heads === 'mean' ? joined + w : p.heads === 'maximum' ? Math.max(joined, w) : Math.min(joined, w)
    }
    out[i] = (1 - p.residual) * (p.heads === 'mean' ? joined / heads : joined)
  }
  for (let r = 0; r < tokens; r++) {
    out[r * tokens + r] += p.residual
    const row = out.subarray(r * tokens, (r + 1) * tokens)
    const sum = row.reduce((s, v) => s + v, 0)
    if (sum > 0) for (let j = 0; j < tokens; j++) row[j] /= sum
  }
  return out
}

/**
 * Attention rollout: how much of each patch reaches the class token, or whatever tokens the head reads, through all layers.
 *
 *   R = Â_L · … · Â_1,   Â = (1 − r)·joined heads + r·I, rows divided by their sum
 *
 * input   x  [N, …item]; a network of attention layers over one grid of patches (ViT, DeiT)
 * output  [N, 1, …spatial]: the row of the class token, or the mean row of the tokens that the head reads; not negative, knows nothing of the class
 * cost    one pass down to the first attention layer
 * errors  inference.layer: no attention over a grid of patches, or a causal one
 * source  Abnar & Zuidema 2020, arXiv:2005.00928
 */
export const attentionRollout: Method<AttentionRolloutParameters> = {
  id: 'attention-rollout',
  version: 1,
  title: 'Attention rollout',
  summary: 'How much of each patch reaches the class token through all attention layers. Knows nothing of the class.',
  source: 'Abnar & Zuidema 2020, arXiv:2005.00928',
  family: 'cam',
  output: 'position',
  needs: ['attention'],
  parameters,
  cost: () => ({ forward: 0, gradient: 1 }),
  run: (input, p, run) => tokenMap(input, p.upsample, run, (row, layer) => through(row, mixed(layer, p))),
}
