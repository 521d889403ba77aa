import { elementWise } from '../operator.ts'

/**
 * Abs: slope sign(x), 0 at 0.
 *
 * source  ONNX operator set, Abs 6, 13
 */
export const Abs = elementWise('Abs', (emit, x) => emit.unary('Sign', x))
