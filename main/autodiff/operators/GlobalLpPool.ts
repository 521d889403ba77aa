import { intAttribute } from '../../graph/attributes.ts'
import type { Operator } from '../operator.ts'

/**
 * GlobalLpPool: y = (Σ|x|ᵖ)^(1/p); x receives g·sign(x)·(|x|/y)^(p−1), 0 where y = 0.
 *
 * source  ONNX operator set, GlobalLpPool 2, 22
 */
export const GlobalLpPool: Operator = {
  opType: 'GlobalLpPool',
  domain: '',
  role: 'reduction',
  vjp: (c) => {
    const { emit } = c
    const p = intAttribute(c.node, 'p', 2)
    const positive = emit.where(emit.greater(c.output(), 0), c.output(), 1)
    const share = emit.div(emit.unary('Abs', c.input(0)), positive)
    const slope = emit.mul(emit.unary('Sign', c.input(0)), emit.pow(share, p - 1))
    return [emit.mul(slope, c.g())]
  },
}
