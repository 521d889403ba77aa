import { zero } from '../operator.ts'

/**
 * Floor: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, Floor
 */
export const Floor = zero('Floor')
