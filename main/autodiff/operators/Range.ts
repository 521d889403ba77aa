import { zero } from '../operator.ts'

/**
 * Range: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Range
 */
export const Range = zero('Range')
