import { zero } from '../operator.ts'

/**
 * Round: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Round
 */
export const Round = zero('Round')
