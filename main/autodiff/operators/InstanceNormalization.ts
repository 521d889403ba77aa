import { floatAttribute } from '../../graph/attributes.ts'
import { range } from '../dims.ts'
import { normOperator, perChannel } from '../normalise.ts'

/**
 * InstanceNormalization: x̂ over the spatial axes of each channel of each item, y = γ·x̂ + β per channel.
 *
 * source  ONNX operator set, InstanceNormalization 6, 22
 */
export const InstanceNormalization = normOperator('InstanceNormalization', (c) => ({
  view: c.dims(),
  axes: range(2, c.dims().length),
  epsilon: floatAttribute(c.node, 'epsilon', 1e-5),
  centred: true,
  scaled: (g) => c.emit.mul(g, perChannel(c, c.input(1), c.dims().length)),
}))
