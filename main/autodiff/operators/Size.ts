import { zero } from '../operator.ts'

/**
 * Size: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Size
 */
export const Size = zero('Size')
