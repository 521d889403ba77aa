import { elementWise } from '../operator.ts'

/**
 * Neg: slope −1.
 *
 * source  ONNX operator set, Neg 6, 13
 */
export const Neg = elementWise('Neg', (emit) => emit.float(-1))
