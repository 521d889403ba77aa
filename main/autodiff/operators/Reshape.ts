import { shape } from '../operator.ts'

/**
 * Reshape: the same numbers in another shape; g takes the input's shape again.
 *
 * source  ONNX operator set, Reshape
 */
export const Reshape = shape('Reshape', (c) => [c.emit.reshape(c.g(), c.dims())])
