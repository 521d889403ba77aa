import { elementWise } from '../operator.ts'

/**
 * Log: natural logarithm, slope 1/x.
 *
 * source  ONNX operator set, Log 6, 13
 */
export const Log = elementWise('Log', (emit, x) => emit.unary('Reciprocal', x))
