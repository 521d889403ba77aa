import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * Selu: y = gamma·x where x > 0, else gamma·alpha·(eˣ − 1); slopes gamma and y + gamma·alpha.
 *
 * source  ONNX operator set, Selu 6
 */
export const Selu = elementWise('Selu', (emit, x, y, node) => {
  const gamma = floatAttribute(node, 'gamma', 1.0507009873554805)
  const alpha = floatAttribute(node, 'alpha', 1.6732632423543772)
  return emit.where(emit.greater(x, 0), gamma, emit.add(y, gamma * alpha))
})
