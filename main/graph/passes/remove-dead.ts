import { withGraph } from '../edit.ts'
import type { Node, OnnxModel } from '../model.ts'
import { readsOf } from '../structure.ts'

/**
 * Removes nodes and constants that no output depends on; absent trailing outputs of the rest are cut off. Split's outputs are
 * counted by the operator, and those of other domains may be required: they all stay.
 */
export function removeDead(model: OnnxModel): OnnxModel {
  const { graph } = model
  const used = new Set(graph.outputs.map((o) => o.name))
  const kept: Node[] = []
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]
    if (!node.outputs.some((o) => o !== '' && used.has(o))) continue
    let outputs = node.outputs.map((o) => (used.has(o) ? o : ''))
    while (outputs.length > 1 && outputs[outputs.length - 1] === '') outputs = outputs.slice(0, -1)
    kept.push(node.opType === 'Split' || node.domain !== '' ? node : { ...node, outputs })
    for (const name of readsOf(node)) used.add(name)
  }
  const initializers = new Map([...graph.initializers].filter(([name]) => used.has(name)))
  return withGraph(model, { nodes: kept.reverse(), initializers })
}
