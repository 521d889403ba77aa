import { shape } from '../operator.ts'

/**
 * Identity: y = x.
 *
 * source  ONNX operator set, Identity 1 to 21
 */
export const Identity = shape('Identity', (c) => [c.g()])
