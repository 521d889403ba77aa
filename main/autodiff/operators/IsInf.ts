import { zero } from '../operator.ts'

/**
 * IsInf: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, IsInf
 */
export const IsInf = zero('IsInf')
