import { zero } from '../operator.ts'

/**
 * RandomUniformLike: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, RandomUniformLike
 */
export const RandomUniformLike = zero('RandomUniformLike')
