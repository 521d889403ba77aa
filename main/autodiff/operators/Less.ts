import { zero } from '../operator.ts'

/**
 * Less: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Less
 */
export const Less = zero('Less')
