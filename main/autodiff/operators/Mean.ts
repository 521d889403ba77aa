import type { Operator } from '../operator.ts'

/**
 * Mean of n tensors with broadcasting; each receives g/n.
 *
 * source  ONNX operator set, Mean 8, 13
 */
export const Mean: Operator = {
  opType: 'Mean',
  domain: '',
  role: 'sum',
  vjp: (c) => {
    const share = c.emit.mul(c.g(), 1 / c.node.inputs.length)
    return c.node.inputs.map((_, i) => (c.needs(i) ? c.emit.unbroadcast(share, c.dims(i)) : null))
  },
}
