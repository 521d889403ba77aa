import { withGraph } from '../edit.ts'
import type { Node, OnnxModel } from '../model.ts'

/**
 * Lets a concatenation that begins with everything an earlier one has read the earlier one instead: Concat(a, b, c) after
 * x = Concat(a, b) becomes Concat(x, c). DenseNet repeats every earlier map at each layer; chained, the gradient of a layer is
 * one split in two and an addition instead of a wide split and a wide sum. Values are moved, never computed, so every bit stays.
 */
export function chainConcats(model: OnnxModel): OnnxModel {
  const { graph } = model
  const made = new Map<string, string>()
  let changed = false
  const nodes = graph.nodes.map((node) => {
    if (node.opType !== 'Concat' || node.domain !== '' || node.inputs.length < 2) return node
    const prefix = (length: number) => JSON.stringify([node.attributes, node.inputs.slice(0, length)])
    const whole = prefix(node.inputs.length)
    let shortened: Node = node
    for (let length = node.inputs.length - 1; length >= 2 && shortened === node; length--) {
      const earlier = made.get(prefix(length))
      if (earlier !== undefined) shortened = { ...node, inputs: [earlier, ...node.inputs.slice(length)] }
    }
    made.set(whole, node.outputs[0])
    changed ||= shortened !== node
    return shortened
  })
  return changed ? withGraph(model, { ...graph, nodes }) : model
}
