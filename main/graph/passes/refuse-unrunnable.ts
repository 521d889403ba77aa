import { SaliscopeError } from '../../shared/errors.ts'
import { describeNode, stringAttribute } from '../attributes.ts'
import type { OnnxModel, Shapes } from '../model.ts'

/**
 * Refuses forms that the ONNX definition has and ONNX Runtime does not run on any provider, before a session is made.
 *
 * errors  graph.operator: GridSample by cubic polynomials on anything but pictures
 * source  ONNX Runtime 1.30, core/providers/cpu/tensor/grid_sample.cc
 */
export function refuseUnrunnable(model: OnnxModel, shapes: Shapes): void {
  for (const node of model.graph.nodes) {
    if (node.domain !== '' || node.opType !== 'GridSample') continue
    const rank = shapes.get(node.inputs[0])?.dims.length
    if (!stringAttribute(node, 'mode', 'bilinear').endsWith('cubic') || rank === undefined || rank === 4) continue
    throw new SaliscopeError(
      'graph.operator',
      `The ${describeNode(node)} samples a volume by cubic polynomials, which ONNX Runtime computes for pictures only; export the model with linear sampling.`,
      { node: node.name, operator: node.opType },
    )
  }
}
