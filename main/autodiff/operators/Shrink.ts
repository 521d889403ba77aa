import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * Shrink: y = x ± bias outside [−lambd, lambd], 0 inside; slope 1 outside.
 *
 * source  ONNX operator set, Shrink 9
 */
export const Shrink = elementWise('Shrink', (emit, x, _y, node) =>
  emit.indicator(emit.greater(emit.unary('Abs', x), floatAttribute(node, 'lambd', 0.5))),
)
