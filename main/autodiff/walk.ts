import type { Graph, Node, Shapes } from '../graph/model.ts'
import type { Operator } from './operator.ts'

const differentiable = new Set(['float', 'double', 'float16', 'bfloat16'])

/**
 * The nodes on a path from `source` to `target`, in topological order, with the set of tensors that depend on the
 * source through differentiable operators. Integer and boolean tensors end a path, so do operators of role 'zero'.
 */
export function nodesBetween(
  graph: Graph,
  shapes: Shapes,
  source: string,
  target: string,
  operatorOf: (node: Node) => Operator | null,
): { readonly nodes: readonly Node[]; readonly active: ReadonlySet<string> } {
  const active = new Set([source])
  const reached: Node[] = []
  for (const node of graph.nodes) {
    if (!node.inputs.some((name) => active.has(name))) continue
    if (operatorOf(node)?.role === 'zero') continue
    let carries = false
    for (const output of node.outputs) {
      if (output === '' || output === source) continue
      const shape = shapes.get(output)
      if (shape && !differentiable.has(shape.type)) continue
      active.add(output)
      carries = true
    }
    if (carries) reached.push(node)
  }
  const wanted = new Set([target])
  const nodes: Node[] = []
  for (const node of reached.reverse()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue
    nodes.push(node)
    for (const name of node.inputs) if (active.has(name)) wanted.add(name)
  }
  return { nodes: nodes.reverse(), active }
}

/** The nodes that the given tensors need, in topological order; all others are left out. */
export function nodesFor(nodes: readonly Node[], targets: readonly string[]): Node[] {
  const wanted = new Set(targets)
  const kept: Node[] = []
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (!nodes[i].outputs.some((name) => name !== '' && wanted.has(name))) continue
    kept.push(nodes[i])
    for (const name of inputsOf(nodes[i])) wanted.add(name)
  }
  return kept.reverse()
}

/** Inputs of a node, with the outer tensors that its sub-graphs read. */
function inputsOf(node: Node): string[] {
  const names = [...node.inputs]
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === 'graph') for (const inner of attribute.value.nodes) names.push(...inputsOf(inner))
  }
  return names
}
