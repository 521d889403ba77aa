import { zero } from '../operator.ts'

/**
 * BitwiseOr: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, BitwiseOr
 */
export const BitwiseOr = zero('BitwiseOr')
