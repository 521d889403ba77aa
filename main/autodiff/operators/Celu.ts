import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * Celu: y = max(0, x) + min(0, alpha·(e^(x/alpha) − 1)); slope 1 or y/alpha + 1.
 *
 * source  ONNX operator set, Celu 12
 */
export const Celu = elementWise('Celu', (emit, x, y, node) =>
  emit.where(emit.greater(x, 0), 1, emit.add(emit.mul(y, 1 / floatAttribute(node, 'alpha', 1)), 1)),
)
