import type { Graph, Node, OnnxModel } from './model.ts'
import { readsOf } from './structure.ts'

/** The model with parts of its graph replaced, and sentences added to its repairs. */
export function withGraph(model: OnnxModel, change: Partial<Graph>, ...repairs: readonly string[]): OnnxModel {
  const known = new Set(model.repairs)
  const added = repairs.filter((repair) => !known.has(repair))
  return {
    ...model,
    graph: { ...model.graph, ...change },
    repairs: added.length > 0 ? [...model.repairs, ...added] : model.repairs,
  }
}

/** Node by each tensor it produces. */
export function producersOf(graph: Graph): Map<string, Node> {
  const producers = new Map<string, Node>()
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') producers.set(output, node)
  return producers
}

/** Nodes by each tensor they read, sub-graphs included; the graph's outputs are not consumers. */
export function consumersOf(graph: Graph): Map<string, Node[]> {
  const consumers = new Map<string, Node[]>()
  for (const node of graph.nodes) {
    for (const name of new Set(readsOf(node))) {
      if (name === '') continue
      const list = consumers.get(name)
      if (list) list.push(node)
      else consumers.set(name, [node])
    }
  }
  return consumers
}

/** The node with every tensor it reads renamed, in its sub-graphs too. */
export function renameReads(node: Node, names: ReadonlyMap<string, string>): Node {
  if (!readsOf(node).some((name) => names.has(name))) return node
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, attribute]) => [
      name,
      attribute.kind === 'graph' ? { kind: 'graph' as const, value: renameInBody(attribute.value, names) } : attribute,
    ]),
  )
  return { ...node, inputs: node.inputs.map((name) => names.get(name) ?? name), attributes }
}

function renameInBody(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renameReads(node, names)),
    outputs: graph.outputs.map((output) => ({ ...output, name: names.get(output.name) ?? output.name })),
  }
}

/**
 * Removes nodes that hand one tensor on unchanged. `aliases` maps the output of each such node to its input. A graph
 * output keeps its name: its producer is renamed where possible, else the alias node stays.
 */
export function removeAliases(graph: Graph, aliases: ReadonlyMap<string, string>): Graph {
  const source = (name: string): string => {
    let current = name
    while (aliases.has(current)) current = aliases.get(current) as string
    return current
  }
  const producers = producersOf(graph)
  const outputs = new Set(graph.outputs.map((o) => o.name))
  const fixed = new Set<string>()
  const names = new Map<string, string>()
  for (const output of outputs) {
    if (!aliases.has(output)) continue
    const origin = source(output)
    // An input, a constant, or a tensor that is an output itself cannot take another name.
    if (!producers.has(origin) || outputs.has(origin) || names.has(origin)) fixed.add(output)
    else names.set(origin, output)
  }
  const final = (name: string): string => {
    if (fixed.has(name)) return name
    const origin = source(name)
    return names.get(origin) ?? origin
  }
  const reads = new Map<string, string>()
  for (const name of [...aliases.keys(), ...names.keys()]) if (final(name) !== name) reads.set(name, final(name))
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const alias = aliases.has(node.outputs[0])
    if (alias && !fixed.has(node.outputs[0])) return []
    const renamed = renameReads(node, reads)
    return [{ ...renamed, outputs: renamed.outputs.map((o) => (alias ? o : (names.get(o) ?? o))) }]
  })
  return { ...graph, nodes }
}
