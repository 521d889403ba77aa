import { namesIn } from '../graph/builder.ts'
import type { Node, OnnxModel, Shapes } from '../graph/model.ts'
import { SaliscopeError } from '../shared/errors.ts'

/** The part of a graph behind one tensor. */
export interface Tail {
  readonly model: OnnxModel
  /** Whether the score also depends on the input beside the tensor, so that both must be fed. */
  readonly needsInput: boolean
}

/**
 * Cuts a graph at a tensor: the tensor becomes an input, and only the nodes that the score still needs stay.
 * Paths that go around the tensor (skip connections, class tokens) are computed from the model's own input.
 *
 * errors  inference.layer: the score does not depend on the tensor
 */
export function cutTail(model: OnnxModel, shapes: Shapes, layer: string, score: string): Tail {
  const { graph } = model
  const producer = new Map<string, Node>()
  for (const node of graph.nodes) for (const output of node.outputs) producer.set(output, node)
  const wanted = new Set<Node>()
  const names = new Set<string>()
  const stack = [score]
  while (stack.length > 0) {
    const name = stack.pop() as string
    if (name === '' || names.has(name)) continue
    names.add(name)
    if (name === layer) continue
    const node = producer.get(name)
    if (node === undefined || wanted.has(node)) continue
    wanted.add(node)
    stack.push(...node.inputs)
    for (const attribute of Object.values(node.attributes)) {
      if (attribute.kind === 'graph') stack.push(...namesIn(attribute.value)) // what a sub-graph reads from outside
    }
  }
  if (!names.has(layer))
    throw new SaliscopeError('inference.layer', `The explained score does not depend on the tensor ${layer}.`, {
      layer,
    })
  const nodes = graph.nodes
    .filter((node) => wanted.has(node))
    // A node with further outputs may still be needed for them; its output at the cut is then renamed out of the way.
    .map((node) =>
      node.outputs.includes(layer)
        ? { ...node, outputs: node.outputs.map((o) => (o === layer ? `${o}/recomputed` : o)) }
        : node,
    )
  const own = graph.inputs.filter((input) => names.has(input.name))
  const at = shapes.get(layer)
  const inputs = [...own, { name: layer, type: at?.type ?? 'float', dims: at?.dims ?? null }]
  const initializers = new Map([...graph.initializers].filter(([name]) => names.has(name)))
  const outputs = graph.outputs.filter((output) => output.name === score)
  return { model: { ...model, graph: { ...graph, inputs, outputs, nodes, initializers } }, needsInput: own.length > 0 }
}
