import { zero } from '../operator.ts'

/**
 * Xor: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Xor
 */
export const Xor = zero('Xor')
