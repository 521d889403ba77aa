import { zero } from '../operator.ts'

/**
 * ConstantOfShape: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, ConstantOfShape
 */
export const ConstantOfShape = zero('ConstantOfShape')
