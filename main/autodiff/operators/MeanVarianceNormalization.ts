import { intsAttribute } from '../../graph/attributes.ts'
import { normaliseAxis } from '../dims.ts'
import { normOperator } from '../normalise.ts'

/**
 * MeanVarianceNormalization: y = (x − mean)/√var over `axes` (default batch and space), without scale or offset.
 * The function body adds 1e-9 to the deviation; here it stands under the root, where var is far from 0 the same.
 *
 * source  ONNX operator set, MeanVarianceNormalization 9, 13
 */
export const MeanVarianceNormalization = normOperator('MeanVarianceNormalization', (c) => ({
  view: c.dims(),
  axes: intsAttribute(c.node, 'axes', [0, 2, 3]).map((a) => normaliseAxis(a, c.dims().length)),
  epsilon: 1e-9,
  centred: true,
  scaled: (g) => g,
}))
