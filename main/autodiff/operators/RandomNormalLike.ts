import { zero } from '../operator.ts'

/**
 * RandomNormalLike: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, RandomNormalLike
 */
export const RandomNormalLike = zero('RandomNormalLike')
