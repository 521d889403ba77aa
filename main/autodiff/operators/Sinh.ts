import { elementWise } from '../operator.ts'

/**
 * Sinh: slope cosh(x).
 *
 * source  ONNX operator set, Sinh 9, 22
 */
export const Sinh = elementWise('Sinh', (emit, x) => emit.unary('Cosh', x))
