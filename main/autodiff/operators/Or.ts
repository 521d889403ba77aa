import { zero } from '../operator.ts'

/**
 * Or: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Or
 */
export const Or = zero('Or')
