import { zero } from '../operator.ts'

/**
 * Sign: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Sign
 */
export const Sign = zero('Sign')
