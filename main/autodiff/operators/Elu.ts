import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * Elu: y = x where x > 0, else alpha·(eˣ − 1); its slope there is y + alpha.
 *
 * source  ONNX operator set, Elu 6
 */
export const Elu = elementWise('Elu', (emit, x, y, node) =>
  emit.where(emit.greater(x, 0), 1, emit.add(y, floatAttribute(node, 'alpha', 1))),
)
