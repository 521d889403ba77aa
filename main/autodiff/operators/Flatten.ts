import { shape } from '../operator.ts'

/**
 * Flatten: the same numbers in another shape; g takes the input's shape again.
 *
 * source  ONNX operator set, Flatten
 */
export const Flatten = shape('Flatten', (c) => [c.emit.reshape(c.g(), c.dims())])
