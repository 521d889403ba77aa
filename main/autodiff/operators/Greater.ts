import { zero } from '../operator.ts'

/**
 * Greater: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Greater
 */
export const Greater = zero('Greater')
