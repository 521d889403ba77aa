import { zero } from '../operator.ts'

/**
 * LessOrEqual: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, LessOrEqual
 */
export const LessOrEqual = zero('LessOrEqual')
