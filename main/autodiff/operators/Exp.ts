import { elementWise } from '../operator.ts'

/**
 * Exp: slope y.
 *
 * source  ONNX operator set, Exp 6, 13
 */
export const Exp = elementWise('Exp', (_emit, _x, y) => y)
