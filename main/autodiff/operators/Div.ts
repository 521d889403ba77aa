import type { Operator } from '../operator.ts'

/**
 * Div: y = a/b with broadcasting; a receives g/b, b receives −g·y/b.
 *
 * source  ONNX operator set, Div 7, 13, 14
 */
export const Div: Operator = {
  opType: 'Div',
  domain: '',
  role: 'product',
  vjp: (c) => {
    const { emit } = c
    const share = emit.div(c.g(), c.input(1))
    return [
      c.needs(0) ? emit.unbroadcast(share, c.dims(0)) : null,
      c.needs(1) ? emit.unbroadcast(emit.unary('Neg', emit.mul(share, c.output())), c.dims(1)) : null,
    ]
  },
}
