import { zero } from '../operator.ts'

/**
 * BitwiseXor: nothing flows back, its result is constant, integer or piecewise constant in its input.
 *
 * source  ONNX operator set, BitwiseXor
 */
export const BitwiseXor = zero('BitwiseXor')
