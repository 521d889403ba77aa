import { scatterAlongAxis } from '../along-axis.ts'
import { sizeOf } from '../dims.ts'
import { shape } from '../operator.ts'

/**
 * Compress with a constant condition: the chosen slices along an axis (or of the flattened tensor); g is put back among
 * zeros.
 *
 * source  ONNX operator set, Compress 9, 11
 */
export const Compress = shape('Compress', (c) => {
  const { emit } = c
  const chosen = Array.from(c.requireConstant(1, 'condition')).flatMap((v, i) => (v ? [i] : []))
  if (c.node.attributes['axis'] === undefined) {
    return [emit.reshape(scatterAlongAxis(emit, c.g(), 0, chosen, sizeOf(c.dims())), c.dims())]
  }
  const axis = c.axis('axis', 0)
  return [scatterAlongAxis(emit, c.g(), axis, chosen, c.dims()[axis])]
})
