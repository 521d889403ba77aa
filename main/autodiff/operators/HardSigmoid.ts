import { floatAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * HardSigmoid: y = clip(alpha·x + beta, 0, 1); slope alpha strictly between the bounds.
 *
 * source  ONNX operator set, HardSigmoid 6, 22
 */
export const HardSigmoid = elementWise('HardSigmoid', (emit, _x, y, node) =>
  emit.mul(emit.indicator(emit.and(emit.greater(y, 0), emit.less(y, 1))), floatAttribute(node, 'alpha', 0.2)),
)
