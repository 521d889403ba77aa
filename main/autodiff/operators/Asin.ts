import { elementWise } from '../operator.ts'

/**
 * Asin: slope 1/√(1 − x²).
 *
 * source  ONNX operator set, Asin 7, 22
 */
export const Asin = elementWise('Asin', (emit, x) =>
  emit.unary('Reciprocal', emit.unary('Sqrt', emit.sub(1, emit.mul(x, x)))),
)
