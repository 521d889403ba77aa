import type { AttentionLayer, AttentionResult, ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Tokens that look back, and none of any item in any head that looks at a later one: the softmax of a causal mask is exactly 0 there. */
function isCausal({ weights }: AttentionLayer): boolean {
  const tokens = weights.dims[weights.dims.length - 1]
  let looksBack = false
  for (let i = 0; i < weights.data.length; i++) {
    if (weights.data[i] === 0) continue
    const from = Math.floor(i / tokens) % tokens
    const to = i % tokens
    if (to > from) return false
    if (to < from) looksBack = true
  }
  return looksBack
}

/**
 * Attention over the patches of an image, in which every token sees all others.
 *
 * errors  inference.layer: the model cannot tell its attention, has none over a grid of patches, or a causal one
 */
export async function attentionOf(model: ModelUnderStudy, x: Tensor, target: Target): Promise<AttentionResult> {
  if (!model.attention)
    throw new SaliscopeError(
      'inference.layer',
      'The attention of this model is not known, so methods that read it have nothing to work on.',
    )
  const result = await model.attention(x, target)
  const causal = result.layers.find(isCausal)
  if (causal === undefined) return result
  throw new SaliscopeError(
    'inference.layer',
    `The attention ${causal.tensor} is causal: no token looks at a later one, so where its flow arrives tells the order of the patches and not what the score draws on. Methods that read attention are refused; gradient and perturbation methods still run.`,
    { tensor: causal.tensor },
  )
}
