import { shape } from '../operator.ts'

/**
 * Squeeze: the same numbers in another shape; g takes the input's shape again.
 *
 * source  ONNX operator set, Squeeze
 */
export const Squeeze = shape('Squeeze', (c) => [c.emit.reshape(c.g(), c.dims())])
