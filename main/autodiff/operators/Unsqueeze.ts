import { shape } from '../operator.ts'

/**
 * Unsqueeze: the same numbers in another shape; g takes the input's shape again.
 *
 * source  ONNX operator set, Unsqueeze
 */
export const Unsqueeze = shape('Unsqueeze', (c) => [c.emit.reshape(c.g(), c.dims())])
