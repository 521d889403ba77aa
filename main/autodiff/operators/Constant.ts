import { zero } from '../operator.ts'

/**
 * Constant: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Constant
 */
export const Constant = zero('Constant')
