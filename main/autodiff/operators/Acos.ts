import { elementWise } from '../operator.ts'

/**
 * Acos: slope −1/√(1 − x²).
 *
 * source  ONNX operator set, Acos 7, 22
 */
export const Acos = elementWise('Acos', (emit, x) => emit.div(-1, emit.unary('Sqrt', emit.sub(1, emit.mul(x, x)))))
