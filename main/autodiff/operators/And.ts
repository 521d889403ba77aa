import { zero } from '../operator.ts'

/**
 * And: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, And
 */
export const And = zero('And')
