import { elementWise } from '../operator.ts'

/**
 * Softplus: y = ln(1 + eˣ), slope σ(x).
 *
 * source  ONNX operator set, Softplus 1, 22
 */
export const Softplus = elementWise('Softplus', (emit, x) => emit.unary('Sigmoid', x))
