import { intsAttribute } from '../../graph/attributes.ts'
import { normaliseAxis } from '../dims.ts'
import { normalised, throughNorm } from '../normalise.ts'
import type { Operator } from '../operator.ts'

/**
 * MeanVarianceNormalization: y = (x − mean)/√var over `axes` (default batch and space), without scale or offset.
 * The runtime adds 1e-9 under the root; so does the derivative.
 *
 * source  ONNX operator set, MeanVarianceNormalization 9, 13
 */
export const MeanVarianceNormalization: Operator = {
  opType: 'MeanVarianceNormalization',
  domain: '',
  role: 'norm',
  vjp: (c) => {
    const axes = intsAttribute(c.node, 'axes', [0, 2, 3]).map((a) => normaliseAxis(a, c.dims().length))
    return [throughNorm(c.emit, c.g(), axes, normalised(c.emit, c.input(0), axes, 1e-9))]
  },
}
