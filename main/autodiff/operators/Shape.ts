import { zero } from '../operator.ts'

/**
 * Shape: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Shape
 */
export const Shape = zero('Shape')
