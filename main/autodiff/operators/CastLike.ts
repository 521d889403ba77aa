import { shape } from '../operator.ts'

/**
 * CastLike: x in the element type of another tensor; g passes. Nothing flows to the tensor whose type is taken.
 *
 * source  ONNX operator set, CastLike 15, 19
 */
export const CastLike = shape('CastLike', (c) => [c.g(), c.needs(1) ? c.emit.zeros(c.dims(1)) : null])
