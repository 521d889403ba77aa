import { shape } from '../operator.ts'

/**
 * Split along one axis; x receives the parts of g side by side, zeros for parts that nothing reads.
 *
 * source  ONNX operator set, Split 2, 11, 13, 18
 */
export const Split = shape('Split', (c) => [
  c.emit.concat(
    c.node.outputs.map((_, i) => c.g(i)),
    c.axis('axis', 0),
  ),
])
