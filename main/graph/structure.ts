import { SaliscopeError } from '../shared/errors.ts'
import { describeNode } from './attributes.ts'
import type { Graph, Node } from './model.ts'

/** Every tensor a node reads: its inputs, and what its sub-graphs take from outside. */
export function readsOf(node: Node): readonly string[] {
  let reads: string[] | null = null
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind !== 'graph') continue
    reads ??= [...node.inputs]
    reads.push(...outerReads(attribute.value))
  }
  return reads ?? node.inputs
}

function outerReads(graph: Graph): string[] {
  const inner = new Set<string>([...graph.inputs.map((i) => i.name), ...graph.initializers.keys()])
  for (const node of graph.nodes) for (const output of node.outputs) inner.add(output)
  const names = [...graph.nodes.flatMap(readsOf), ...graph.outputs.map((o) => o.name)]
  return names.filter((name) => name !== '' && !inner.has(name))
}

function fail(message: string, detail: Record<string, unknown>): never {
  throw new SaliscopeError('graph.structure', message, detail)
}

function producersOf(graph: Graph): Map<string, number> {
  const producers = new Map<string, number>()
  const given = new Set(graph.inputs.map((i) => i.name))
  if (given.size < graph.inputs.length) fail('Two inputs of the model have the same name; export it again.', {})
  graph.nodes.forEach((node, index) => {
    for (const output of node.outputs) {
      if (output === '') continue
      if (producers.has(output) || given.has(output) || graph.initializers.has(output)) {
        fail(
          `The tensor "${output}" is produced twice, the second time by the ${describeNode(node)}; export the model again.`,
          {
            tensor: output,
          },
        )
      }
      producers.set(output, index)
    }
  })
  return producers
}

/**
 * Nodes in topological order (Kahn's algorithm, the file's order kept where it is one), after checks: every name is
 * produced once, every input exists, no cycle. Sub-graphs are ordered too; `outer` are the names visible to them.
 *
 * errors  graph.structure: names the tensor and the node
 */
export function ordered(graph: Graph, outer: ReadonlySet<string> = new Set()): Graph {
  const producers = producersOf(graph)
  const known = new Set<string>([...outer, ...graph.inputs.map((i) => i.name), ...graph.initializers.keys()])
  const waiting = new Array<number>(graph.nodes.length).fill(0)
  const dependants = new Map<number, number[]>()
  graph.nodes.forEach((node, index) => {
    for (const name of new Set(readsOf(node))) {
      if (name === '') continue
      const producer = producers.get(name)
      if (producer === undefined) {
        if (known.has(name)) continue
        fail(
          `The ${describeNode(node)} reads the tensor "${name}", which nothing in the model produces; export it again.`,
          { tensor: name },
        )
      }
      waiting[index] += 1
      const list = dependants.get(producer)
      if (list) list.push(index)
      else dependants.set(producer, [index])
    }
  })
  const order = alreadyOrdered(graph, producers) ? graph.nodes.map((_, i) => i) : kahn(waiting, dependants)
  if (order.length < graph.nodes.length) {
    const stuck = graph.nodes.find((_, i) => !order.includes(i))
    fail(`The model contains a cycle${stuck ? ` through the ${describeNode(stuck)}` : ''}; export it again.`, {})
  }
  for (const output of graph.outputs) {
    if (!producers.has(output.name) && !known.has(output.name)) {
      fail(`The output "${output.name}" of the model is produced by nothing in it; export it again.`, {
        tensor: output.name,
      })
    }
  }
  for (const name of producers.keys()) known.add(name)
  return { ...graph, nodes: order.map((index) => orderedBodies(graph.nodes[index], known)) }
}

function alreadyOrdered(graph: Graph, producers: ReadonlyMap<string, number>): boolean {
  return graph.nodes.every((node, index) => readsOf(node).every((name) => (producers.get(name) ?? -1) < index))
}

function kahn(waiting: number[], dependants: ReadonlyMap<number, readonly number[]>): number[] {
  const order: number[] = []
  const ready = waiting.flatMap((count, index) => (count === 0 ? [index] : []))
  for (let at = 0; at < ready.length; at++) {
    order.push(ready[at])
    for (const next of dependants.get(ready[at]) ?? []) {
      waiting[next] -= 1
      if (waiting[next] === 0) ready.push(next)
    }
  }
  return order
}

function orderedBodies(node: Node, outer: ReadonlySet<string>): Node {
  const entries = Object.entries(node.attributes)
  if (!entries.some(([, attribute]) => attribute.kind === 'graph')) return node
  return {
    ...node,
    attributes: Object.fromEntries(
      entries.map(([name, attribute]) => [
        name,
        attribute.kind === 'graph' ? { kind: 'graph' as const, value: ordered(attribute.value, outer) } : attribute,
      ]),
    ),
  }
}
