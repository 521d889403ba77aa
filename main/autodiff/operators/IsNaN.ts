import { zero } from '../operator.ts'

/**
 * IsNaN: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, IsNaN
 */
export const IsNaN = zero('IsNaN')
