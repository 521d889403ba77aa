import { zero } from '../operator.ts'

/**
 * OneHot: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, OneHot
 */
export const OneHot = zero('OneHot')
