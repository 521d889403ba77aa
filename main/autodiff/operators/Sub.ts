import type { Operator } from '../operator.ts'

/**
 * Sub: y = a − b with broadcasting.
 *
 * source  ONNX operator set, Sub 7, 13, 14
 */
export const Sub: Operator = {
  opType: 'Sub',
  domain: '',
  role: 'sum',
  vjp: (c) => [
    c.needs(0) ? c.emit.unbroadcast(c.g(), c.dims(0)) : null,
    c.needs(1) ? c.emit.unary('Neg', c.emit.unbroadcast(c.g(), c.dims(1))) : null,
  ],
}
