import { zero } from '../operator.ts'

/**
 * Hardmax: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Hardmax
 */
export const Hardmax = zero('Hardmax')
