import { elementWise } from '../operator.ts'

/**
 * Softsign: y = x/(1 + |x|), slope (1 − |y|)².
 *
 * source  ONNX operator set, Softsign 1, 22
 */
export const Softsign = elementWise('Softsign', (emit, _x, y) => {
  const rest = emit.sub(1, emit.unary('Abs', y))
  return emit.mul(rest, rest)
})
