import { floatAttribute } from '../../graph/attributes.ts'
import { range } from '../dims.ts'
import { normalised, perChannel, throughNorm } from '../normalise.ts'
import type { Operator } from '../operator.ts'

/**
 * InstanceNormalization: x̂ over the spatial axes of each channel of each item, y = γ·x̂ + β per channel.
 *
 * source  ONNX operator set, InstanceNormalization 6, 22
 */
export const InstanceNormalization: Operator = {
  opType: 'InstanceNormalization',
  domain: '',
  role: 'norm',
  vjp: (c) => {
    const rank = c.dims().length
    const axes = range(2, rank)
    const parts = normalised(c.emit, c.input(0), axes, floatAttribute(c.node, 'epsilon', 1e-5))
    return [throughNorm(c.emit, c.emit.mul(c.g(), perChannel(c, c.input(1), rank)), axes, parts)]
  },
}
