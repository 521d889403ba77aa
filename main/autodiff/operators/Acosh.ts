import { elementWise } from '../operator.ts'

/**
 * Acosh: slope 1/√(x² − 1).
 *
 * source  ONNX operator set, Acosh 9, 22
 */
export const Acosh = elementWise('Acosh', (emit, x) =>
  emit.unary('Reciprocal', emit.unary('Sqrt', emit.sub(emit.mul(x, x), 1))),
)
