import { elementWise } from '../operator.ts'

/**
 * Sin: slope cos(x).
 *
 * source  ONNX operator set, Sin 7, 22
 */
export const Sin = elementWise('Sin', (emit, x) => emit.unary('Cos', x))
