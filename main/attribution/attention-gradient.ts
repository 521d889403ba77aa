import { z } from 'zod'
import { upsampleSchema } from './layer-map.ts'
import type { Method } from './method.ts'
import { type ItemAttention, through, tokenMap } from './token-map.ts'

const parameters = z.strictObject({ upsample: upsampleSchema })
export type AttentionGradientParameters = z.infer<typeof parameters>

/** Mean over the heads of max(∇A ⊙ A, 0). */
function weighted({ heads, tokens, weights, gradient }: ItemAttention): Float64Array {
  const size = tokens * tokens
  const out = new Float64Array(size)
  for (let h = 0; h < heads; h++) {
    for (let i = 0; i < size; i++) out[i] += Math.max(0, weights[h * size + i] * gradient[h * size + i]) / heads
  }
  return out
}

/**
 * Gradient-weighted attention: attention counts as far as it raises the score.
 *
 *   Ā_l = mean over heads of max(∇A_l ⊙ A_l, 0);   R ← R + Ā_l · R for l = 1 … L, R = I at first
 *
 * input   x  [N, …item]; a network of attention layers over one grid of patches (ViT, DeiT)
 * output  [N, 1, …spatial]: the row of the class token, or the mean row of the tokens that the head reads; not negative
 * cost    one forward and one backward pass down to the first attention layer
 * errors  inference.layer: no attention over a grid of patches, or a causal one
 * source  Chefer, Gur & Wolf 2021, arXiv:2103.15679, self-attention
 */
export const attentionGradient: Method<AttentionGradientParameters> = {
  id: 'attention-gradient',
  version: 1,
  title: 'Gradient-weighted attention',
  summary: 'Attention through all layers, each weight counted as far as it raises the score. Class-specific.',
  source: 'Chefer, Gur & Wolf 2021, arXiv:2103.15679',
  family: 'cam',
  output: 'position',
  needs: ['attention', 'gradients'],
  parameters,
  cost: () => ({ forward: 0, gradient: 1 }),
  run: (input, p, run) =>
    tokenMap(input, p.upsample, run, (row, layer) => {
      const more = through(row, weighted(layer))
      return row.map((v, i) => v + more[i])
    }),
}
