import { zero } from '../operator.ts'

/**
 * ArgMax: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, ArgMax
 */
export const ArgMax = zero('ArgMax')
