import { elementWise } from '../operator.ts'

/**
 * Sigmoid: y = 1/(1 + e⁻ˣ), slope y·(1 − y).
 *
 * source  ONNX operator set, Sigmoid 6, 13
 */
export const Sigmoid = elementWise('Sigmoid', (emit, _x, y) => emit.mul(y, emit.sub(1, y)))
