import type { Capabilities } from '../graph/capabilities.ts'
import type { Node, OnnxModel, Shapes } from '../graph/model.ts'

/**
 * Gives every MaxPool and TopK among `nodes` its second output, the winning cells, which its derivative needs. Only these:
 * a pool with indices loses the runtime's fast layout. Pools keep one output where the provider has no more.
 */
export function requestIndices(
  model: OnnxModel,
  shapes: Shapes,
  nodes: readonly Node[],
  { poolIndices }: Capabilities,
): { readonly model: OnnxModel; readonly shapes: Shapes } {
  const choosing = new Set(poolIndices ? ['MaxPool', 'TopK'] : ['TopK'])
  const asked = new Set(nodes.filter((n) => choosing.has(n.opType) && n.domain === '' && !n.outputs[1]))
  if (asked.size === 0) return { model, shapes }
  const known = new Map(shapes)
  const withIndices = model.graph.nodes.map((node) => {
    if (!asked.has(node)) return node
    const indices = `saliscope/winners/${node.outputs[0]}`
    const shape = shapes.get(node.outputs[0])
    if (shape) known.set(indices, { type: 'int64', dims: shape.dims })
    // Only indices could tell the order they count in, so nobody misses it.
    const { storage_order: _order, ...attributes } = node.attributes
    return { ...node, attributes, outputs: [node.outputs[0], indices] }
  })
  return { model: { ...model, graph: { ...model.graph, nodes: withIndices } }, shapes: known }
}
