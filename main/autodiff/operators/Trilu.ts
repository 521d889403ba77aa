import { shape } from '../operator.ts'

/**
 * Trilu: one triangle of each matrix kept, the rest zero; g is cut to the same triangle.
 *
 * source  ONNX operator set, Trilu 14
 */
export const Trilu = shape('Trilu', (c) => [
  c.emit.node('Trilu', [c.g(), ...c.node.inputs.slice(1)], c.dims(), c.node.attributes),
])
