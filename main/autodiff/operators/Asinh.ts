import { elementWise } from '../operator.ts'

/**
 * Asinh: slope 1/√(x² + 1).
 *
 * source  ONNX operator set, Asinh 9, 22
 */
export const Asinh = elementWise('Asinh', (emit, x) =>
  emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(emit.mul(x, x), 1))),
)
