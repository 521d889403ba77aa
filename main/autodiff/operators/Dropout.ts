import { shape } from '../operator.ts'

/**
 * Dropout outside training: y = x. Its ratio and mask carry nothing.
 *
 * source  ONNX operator set, Dropout 7 to 22
 */
export const Dropout = shape('Dropout', (c) => [c.g()])
