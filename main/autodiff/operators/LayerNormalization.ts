import { floatAttribute } from '../../graph/attributes.ts'
import { range } from '../dims.ts'
import { normalised, throughNorm } from '../normalise.ts'
import type { Operator } from '../operator.ts'

/**
 * LayerNormalization over the axes from `axis` to the last: y = γ·x̂ + β.
 *
 *   x  receives r·(u − mean(u) − x̂·mean(u·x̂)), u = g·γ
 *
 * source  ONNX operator set, LayerNormalization 17
 */
export const LayerNormalization: Operator = {
  opType: 'LayerNormalization',
  domain: '',
  role: 'norm',
  vjp: (c) => {
    if (c.arriving(1) !== null || c.arriving(2) !== null) c.refuse('passes its mean or deviation on')
    const axes = range(c.axis('axis', -1), c.dims().length)
    const parts = normalised(c.emit, c.input(0), axes, floatAttribute(c.node, 'epsilon', 1e-5))
    return [throughNorm(c.emit, c.emit.mul(c.g(), c.input(1)), axes, parts)]
  },
}
