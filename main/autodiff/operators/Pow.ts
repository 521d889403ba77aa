import type { NodeContext } from '../context.ts'
import type { Operand } from '../emit.ts'
import type { Operator } from '../operator.ts'

/**
 * Pow: y = xᵖ with broadcasting.
 *
 *   x  receives g·p·x^(p−1), 0 where x = 0 and p < 1 (the slope is infinite there)
 *   p  receives g·y·ln x, 0 where x ≤ 0
 *
 * source  ONNX operator set, Pow 7, 12, 13, 15
 */
export const Pow: Operator = {
  opType: 'Pow',
  domain: '',
  role: 'element-wise',
  vjp: (c) => {
    const { emit } = c
    const base = c.needs(0) ? emit.unbroadcast(emit.mul(c.g(), slope(c)), c.dims(0)) : null
    if (!c.needs(1)) return [base, null]
    const positive = emit.greater(c.input(0), 0)
    const logarithm = emit.unary('Log', emit.where(positive, c.input(0), 1))
    return [base, emit.unbroadcast(emit.mul(c.g(), emit.mul(c.output(), logarithm)), c.dims(1))]
  },
  slope,
  reapply: (c, x) => c.emit.pow(x, c.input(1)),
}

function slope(c: NodeContext): string {
  const { emit } = c
  const x = c.input(0)
  const values = c.constant(1)
  const exponent = values?.length === 1 ? values[0] : null
  if (exponent === 2) return emit.mul(x, 2)
  if (exponent === 1) return emit.float(1)
  const p: Operand = exponent ?? emit.cast(c.input(1), 'float')
  const derivative = emit.mul(emit.pow(x, emit.sub(p, 1)), p)
  if (exponent !== null && exponent >= 1) return derivative
  return emit.where(emit.and(emit.equal(x, 0), emit.less(p, 1)), 0, derivative)
}
