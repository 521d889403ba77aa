import { shape } from '../operator.ts'

/**
 * TopK: the k largest along an axis; their g is put back at the indices that the node itself gives.
 *
 * source  ONNX operator set, TopK 1, 10, 11
 */
export const TopK = shape('TopK', (c) => {
  if (!c.output(1)) c.refuse('does not give its indices')
  return [c.emit.scatter(c.emit.zeros(c.dims()), c.output(1), c.g(), c.axis('axis', -1), false)]
})
