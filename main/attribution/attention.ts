import type { AttentionResult, ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** errors  inference.layer: the model cannot tell its attention, or has none over a grid of patches */
export function attentionOf(model: ModelUnderStudy, x: Tensor, target: Target): Promise<AttentionResult> {
  if (model.attention) return model.attention(x, target)
  throw new SaliscopeError(
    'inference.layer',
    'The attention of this model is not known, so methods that read it have nothing to work on.',
  )
}
