import { elementWise } from '../operator.ts'

/**
 * Atan: slope 1/(1 + x²).
 *
 * source  ONNX operator set, Atan 7, 22
 */
export const Atan = elementWise('Atan', (emit, x) => emit.unary('Reciprocal', emit.add(1, emit.mul(x, x))))
