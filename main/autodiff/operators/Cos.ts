import { elementWise } from '../operator.ts'

/**
 * Cos: slope −sin(x).
 *
 * source  ONNX operator set, Cos 7, 22
 */
export const Cos = elementWise('Cos', (emit, x) => emit.unary('Neg', emit.unary('Sin', x)))
