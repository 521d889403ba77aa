import { zero } from '../operator.ts'

/**
 * Ceil: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Ceil
 */
export const Ceil = zero('Ceil')
