import { zero } from '../operator.ts'

/**
 * Equal: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Equal
 */
export const Equal = zero('Equal')
