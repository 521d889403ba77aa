import type { GraphBuilder } from '../graph/builder.ts'
import type { Node } from '../graph/model.ts'
import type { Emit } from './emit.ts'

/**
 * Runs the nodes between source and score a second time on a reference input, in the same graph and with the same
 * weights. Returns the name of any tensor's twin; a tensor that does not depend on the source is its own twin.
 */
export function copyForReference(
  builder: GraphBuilder,
  emit: Emit,
  nodes: readonly Node[],
  source: string,
  reference: string,
): (name: string) => string {
  const twins = new Map([[source, reference]])
  const twin = (name: string): string => twins.get(name) ?? name
  for (const node of nodes) {
    const count = node.outputs.length
    const made = builder.addMany(node.opType, node.inputs.map(twin), node.attributes, count, node.domain)
    node.outputs.forEach((name, i) => {
      const known = name === '' ? null : emit.known(name)
      if (known === null) return
      twins.set(name, emit.record(made[i], known.type, known.dims))
    })
  }
  return twin
}
