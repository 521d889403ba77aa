import type { Operator } from '../operator.ts'

/**
 * Add: y = a + b with broadcasting; both receive g, summed over the stretched axes.
 *
 * source  ONNX operator set, Add 7, 13, 14
 */
export const Add: Operator = {
  opType: 'Add',
  domain: '',
  role: 'sum',
  vjp: (c) => [0, 1].map((i) => (c.needs(i) ? c.emit.unbroadcast(c.g(), c.dims(i)) : null)),
}
