import { elementWise } from '../operator.ts'

/**
 * Mish: y = x·tanh(s), s = softplus(x). Slope tanh(s) + x·σ(x)·(1 − tanh²(s)).
 *
 * source  ONNX operator set, Mish 18, 22
 */
export const Mish = elementWise('Mish', (emit, x) => {
  const t = emit.unary('Tanh', emit.unary('Softplus', x))
  const inner = emit.mul(emit.unary('Sigmoid', x), emit.sub(1, emit.mul(t, t)))
  return emit.add(t, emit.mul(x, inner))
})
