import { zero } from '../operator.ts'

/**
 * EyeLike: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, EyeLike
 */
export const EyeLike = zero('EyeLike')
