import { int, intAttribute } from '../../graph/attributes.ts'
import type { Operator } from '../operator.ts'

/**
 * CumSum: running sum along an axis; g is summed from the other end.
 *
 * source  ONNX operator set, CumSum 11, 14
 */
export const CumSum: Operator = {
  opType: 'CumSum',
  domain: '',
  role: 'average',
  vjp: (c) => {
    const attributes = {
      exclusive: int(intAttribute(c.node, 'exclusive', 0)),
      reverse: int(1 - intAttribute(c.node, 'reverse', 0)),
    }
    return [c.emit.node('CumSum', [c.g(), c.input(1)], c.dims(), attributes)]
  },
}
