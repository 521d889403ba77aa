import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * LeakyRelu: y = x where x > 0, else alpha·x.
 *
 * source  ONNX operator set, LeakyRelu 6, 16
 */
export const LeakyRelu = elementWise('LeakyRelu', (emit, x, _y, node) =>
  emit.where(emit.greater(x, 0), 1, floatAttribute(node, 'alpha', 0.01)),
)
