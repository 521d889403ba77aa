import { elementWise } from '../operator.ts'

/**
 * Relu: y = max(x, 0). Slope 1 where y > 0, else 0, the kink included.
 * The mask is taken from y, so that the runtime may still fuse the activation into the convolution before it.
 *
 * source  ONNX operator set, Relu 6, 13, 14
 */
export const Relu = elementWise('Relu', (emit, _x, y) => emit.indicator(emit.greater(y, 0)))
