import { shape } from '../operator.ts'

/**
 * Expand: broadcasting written out; g is summed over the stretched axes.
 *
 * source  ONNX operator set, Expand 8, 13
 */
export const Expand = shape('Expand', (c) => [c.emit.unbroadcast(c.g(), c.dims())])
