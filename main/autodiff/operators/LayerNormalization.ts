import { floatAttribute } from '../../graph/attributes.ts'
import { range } from '../dims.ts'
import { normOperator } from '../normalise.ts'

/**
 * LayerNormalization over the axes from `axis` to the last: y = γ·x̂ + β.
 *
 * errors  autodiff.unsupported: its mean or deviation is used elsewhere
 * source  ONNX operator set, LayerNormalization 17
 */
export const LayerNormalization = normOperator('LayerNormalization', (c) => {
  if (c.arriving(1) !== null || c.arriving(2) !== null) c.refuse('passes its mean or deviation on')
  return {
    view: c.dims(),
    axes: range(c.axis('axis', -1), c.dims().length),
    epsilon: floatAttribute(c.node, 'epsilon', 1e-5),
    centred: true,
    scaled: (g) => c.emit.mul(g, c.input(1)),
  }
})
