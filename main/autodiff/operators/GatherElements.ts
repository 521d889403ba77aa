import { shape } from '../operator.ts'

/**
 * GatherElements: y reads x at given places along one axis; g is added up at those places.
 *
 * source  ONNX operator set, GatherElements 11, 13
 */
export const GatherElements = shape('GatherElements', (c) => [
  c.emit.scatter(c.emit.zeros(c.dims()), c.input(1), c.g(), c.axis('axis', 0), true),
])
