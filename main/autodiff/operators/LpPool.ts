import { intAttribute, intsAttribute } from '../../graph/attributes.ts'
import type { Operator } from '../operator.ts'
import { transposedBox } from '../pooling.ts'
import { windowOf } from '../windows.ts'

/**
 * LpPool: y = (Σ|x|ᵖ)^(1/p) over windows; x receives sign(x)·|x|^(p−1)·Σ g·y^(1−p) over the windows that cover it.
 *
 * source  ONNX operator set, LpPool 2, 11, 18, 22
 */
export const LpPool: Operator = {
  opType: 'LpPool',
  domain: '',
  role: 'reduction',
  vjp: (c) => {
    const { emit } = c
    const p = intAttribute(c.node, 'p', 2)
    const w = windowOf(c, intsAttribute(c.node, 'kernel_shape'))
    const positive = emit.greater(c.output(), 0)
    const scale = emit.pow(emit.where(positive, c.output(), 1), 1 - p)
    const q = emit.mul(emit.mul(c.g(), scale), emit.indicator(positive))
    const x = c.input(0)
    const slope = emit.mul(emit.unary('Sign', x), emit.pow(emit.unary('Abs', x), p - 1))
    return [emit.mul(slope, transposedBox(emit, q, w))]
  },
}
