import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * Swish: y = x·σ(alpha·x). Slope σ + alpha·y·(1 − σ).
 *
 * source  ONNX operator set, Swish 24
 */
export const Swish = elementWise('Swish', (emit, x, y, node) => {
  const alpha = floatAttribute(node, 'alpha', 1)
  const s = emit.unary('Sigmoid', emit.mul(x, alpha))
  return emit.add(s, emit.mul(emit.mul(y, alpha), emit.sub(1, s)))
})
