import { elementWise } from '../operator.ts'

/**
 * Sqrt: slope 1/(2y); 0 at y = 0, where the true slope is infinite and would turn everything behind it into NaN.
 *
 * source  ONNX operator set, Sqrt 6, 13
 */
export const Sqrt = elementWise('Sqrt', (emit, _x, y) => emit.where(emit.greater(y, 0), emit.div(0.5, y), 0))
