import { elementWise } from '../operator.ts'

/**
 * Tanh: slope 1 − y².
 *
 * source  ONNX operator set, Tanh 6, 13
 */
export const Tanh = elementWise('Tanh', (emit, _x, y) => emit.sub(1, emit.mul(y, y)))
