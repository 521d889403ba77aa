import { zero } from '../operator.ts'

/**
 * NonZero: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, NonZero
 */
export const NonZero = zero('NonZero')
