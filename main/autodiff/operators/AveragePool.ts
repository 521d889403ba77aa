import { intsAttribute } from '../../graph/attributes.ts'
import type { Operator } from '../operator.ts'
import { inverseDivisor, transposedBox } from '../pooling.ts'
import { windowOf } from '../windows.ts'

/**
 * AveragePool: y = Σx over a window ÷ its cells; cells beyond the input count only with count_include_pad.
 *
 *   backward   g [N, C, …out] → [N, C, …in]: g ÷ cells, summed over the windows that cover a position
 *
 * source  ONNX operator set, AveragePool 7, 10, 11, 19, 22
 */
export const AveragePool: Operator = {
  opType: 'AveragePool',
  domain: '',
  role: 'average',
  vjp: (c) => {
    const w = windowOf(c, intsAttribute(c.node, 'kernel_shape'))
    return [transposedBox(c.emit, c.emit.mul(c.g(), inverseDivisor(c, w)), w)]
  },
}
