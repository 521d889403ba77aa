import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * ThresholdedRelu: y = x where x > alpha, else 0.
 *
 * source  ONNX operator set, ThresholdedRelu 10
 */
export const ThresholdedRelu = elementWise('ThresholdedRelu', (emit, x, _y, node) =>
  emit.indicator(emit.greater(x, floatAttribute(node, 'alpha', 1))),
)
