import { zero } from '../operator.ts'

/**
 * BitwiseNot: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, BitwiseNot
 */
export const BitwiseNot = zero('BitwiseNot')
