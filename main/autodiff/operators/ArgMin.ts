import { zero } from '../operator.ts'

/**
 * ArgMin: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, ArgMin
 */
export const ArgMin = zero('ArgMin')
