import type { Operator } from '../operator.ts'

/**
 * Mul: y = a·b with broadcasting; a receives g·b, b receives g·a.
 *
 * source  ONNX operator set, Mul 7, 13, 14
 */
export const Mul: Operator = {
  opType: 'Mul',
  domain: '',
  role: 'product',
  vjp: (c) => [0, 1].map((i) => (c.needs(i) ? c.emit.unbroadcast(c.emit.mul(c.g(), c.input(1 - i)), c.dims(i)) : null)),
}
