import { elementWise } from '../operator.ts'

/**
 * Reciprocal: y = 1/x, slope −y².
 *
 * source  ONNX operator set, Reciprocal 6, 13
 */
export const Reciprocal = elementWise('Reciprocal', (emit, _x, y) => emit.unary('Neg', emit.mul(y, y)))
