import { elementWise } from '../operator.ts'

/**
 * Cosh: slope sinh(x).
 *
 * source  ONNX operator set, Cosh 9, 22
 */
export const Cosh = elementWise('Cosh', (emit, x) => emit.unary('Sinh', x))
