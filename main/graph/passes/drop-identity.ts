import { SaliscopeError } from '../../shared/errors.ts'
import { describeNode } from '../attributes.ts'
import { numbersOf } from '../constants.ts'
import { removeAliases, withGraph } from '../edit.ts'
import type { Node, OnnxModel } from '../model.ts'

/** Refuses Dropout switched to training: its scores would be random. */
function checkDropout(model: OnnxModel, node: Node): void {
  const mode = node.inputs[2] ? model.graph.initializers.get(node.inputs[2]) : undefined
  if (mode && numbersOf(mode, model.directory)[0] !== 0) {
    throw new SaliscopeError(
      'graph.operator',
      `The ${describeNode(node)} is in training mode, so the scores would be random; export the model after model.eval().`,
      { node: node.name, operator: 'Dropout' },
    )
  }
}

/**
 * Drops Identity and inference Dropout nodes: readers read their input instead. A Dropout whose mask is read stays.
 * errors  graph.operator: Dropout in training mode
 */
export function dropIdentity(model: OnnxModel): OnnxModel {
  const { graph } = model
  const read = new Set([...graph.nodes.flatMap((n) => n.inputs), ...graph.outputs.map((o) => o.name)])
  const aliases = new Map<string, string>()
  for (const node of graph.nodes) {
    if (node.domain !== '') continue
    if (node.opType === 'Dropout') checkDropout(model, node)
    else if (node.opType !== 'Identity') continue
    if (node.outputs[1] && read.has(node.outputs[1])) continue
    aliases.set(node.outputs[0], node.inputs[0])
  }
  return aliases.size === 0 ? model : withGraph(model, removeAliases(graph, aliases))
}
