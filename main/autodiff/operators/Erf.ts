import { elementWise } from '../operator.ts'

/**
 * Erf: slope 2/√π·e^(−x²).
 *
 * source  ONNX operator set, Erf 9, 13
 */
export const Erf = elementWise('Erf', (emit, x) =>
  emit.mul(emit.unary('Exp', emit.unary('Neg', emit.mul(x, x))), 2 / Math.sqrt(Math.PI)),
)
