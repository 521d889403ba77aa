import type { Operator } from '../operator.ts'

/**
 * Sum of any number of tensors with broadcasting; each receives g.
 *
 * source  ONNX operator set, Sum 8, 13
 */
export const Sum: Operator = {
  opType: 'Sum',
  domain: '',
  role: 'sum',
  vjp: (c) => c.node.inputs.map((_, i) => (c.needs(i) ? c.emit.unbroadcast(c.g(), c.dims(i)) : null)),
}
