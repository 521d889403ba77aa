import { stringAttribute } from '../../graph/attributes.ts'
import { elementWise } from '../operator.ts'

/**
 * Gelu: y = x·Φ(x), or its tanh approximation.
 *
 *   none   Φ(x) + x·φ(x)
 *   tanh   ½(1 + t) + ½·x·(1 − t²)·u′,  t = tanh(u), u = √(2/π)·(x + 0.044715·x³)
 *
 * source  ONNX operator set, Gelu 20; Hendrycks & Gimpel 2016, arXiv:1606.08415
 */
export const Gelu = elementWise('Gelu', (emit, x, _y, node) => {
  const square = emit.mul(x, x)
  if (stringAttribute(node, 'approximate', 'none') === 'tanh') {
    const k = Math.sqrt(2 / Math.PI)
    const u = emit.mul(emit.mul(x, k), emit.add(1, emit.mul(square, 0.044715)))
    const t = emit.unary('Tanh', u)
    const inner = emit.mul(emit.add(1, emit.mul(square, 3 * 0.044715)), k)
    const swing = emit.mul(emit.mul(x, emit.sub(1, emit.mul(t, t))), inner)
    return emit.mul(emit.add(emit.add(1, t), swing), 0.5)
  }
  const cumulative = emit.mul(emit.add(1, emit.unary('Erf', emit.mul(x, Math.SQRT1_2))), 0.5)
  const density = emit.mul(emit.unary('Exp', emit.mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return emit.add(cumulative, emit.mul(x, density))
})
