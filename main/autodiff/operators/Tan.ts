import { elementWise } from '../operator.ts'

/**
 * Tan: slope 1 + y².
 *
 * source  ONNX operator set, Tan 7, 22
 */
export const Tan = elementWise('Tan', (emit, _x, y) => emit.add(1, emit.mul(y, y)))
