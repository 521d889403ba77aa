import { shape } from '../operator.ts'

/**
 * Cast between float types passes what arrives; casts from integers end the path before they come here.
 *
 * source  ONNX operator set, Cast 6 to 21
 */
export const Cast = shape('Cast', (c) => [c.g()])
