import { zero } from '../operator.ts'

/**
 * GreaterOrEqual: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, GreaterOrEqual
 */
export const GreaterOrEqual = zero('GreaterOrEqual')
