import { zero } from '../operator.ts'

/**
 * BitwiseAnd: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, BitwiseAnd
 */
export const BitwiseAnd = zero('BitwiseAnd')
