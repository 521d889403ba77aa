import { elementWise } from '../operator.ts'

/**
 * Atanh: slope 1/(1 − x²).
 *
 * source  ONNX operator set, Atanh 9, 22
 */
export const Atanh = elementWise('Atanh', (emit, x) => emit.unary('Reciprocal', emit.sub(1, emit.mul(x, x))))
