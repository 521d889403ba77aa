import { floatAttribute } from '../../graph/attributes.ts'
import { range } from '../dims.ts'
import { normOperator } from '../normalise.ts'

/**
 * RMSNormalization over the axes from `axis` to the last: y = γ·x/√(mean(x²) + ε).
 *
 * source  ONNX operator set, RMSNormalization 23; Zhang & Sennrich 2019, arXiv:1910.07467
 */
export const RMSNormalization = normOperator('RMSNormalization', (c) => ({
  view: c.dims(),
  axes: range(c.axis('axis', -1), c.dims().length),
  epsilon: floatAttribute(c.node, 'epsilon', 1e-5),
  centred: false,
  scaled: (g) => c.emit.mul(g, c.input(1)),
}))
