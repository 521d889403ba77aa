import { SaliscopeError } from '../../shared/errors.ts'
import { describeNode } from '../attributes.ts'
import { makeConstant } from '../constants.ts'
import { withGraph } from '../edit.ts'
import type { Attribute, ConstantTensor, Graph, Node, OnnxModel } from '../model.ts'

function constantOf(node: Node): ConstantTensor {
  const name = node.outputs[0]
  const { value, sparse_value, value_float, value_floats, value_int, value_ints } = node.attributes as Record<
    string,
    Attribute | undefined
  >
  const tensor = value ?? sparse_value
  if (tensor?.kind === 'tensor') return { ...tensor.value, name }
  if (value_float?.kind === 'float') return makeConstant(name, 'float', [], [value_float.value])
  if (value_floats?.kind === 'floats')
    return makeConstant(name, 'float', [value_floats.value.length], value_floats.value)
  if (value_int?.kind === 'int') return makeConstant(name, 'int64', [], [value_int.value])
  if (value_ints?.kind === 'ints') return makeConstant(name, 'int64', [value_ints.value.length], value_ints.value)
  throw new SaliscopeError(
    'graph.constant',
    `The ${describeNode(node)} holds ${Object.keys(node.attributes).join(', ') || 'no value'}, which is no tensor of numbers; export the network without its text part.`,
    { node: node.name },
  )
}

function moved(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (node.opType === 'Constant' && node.domain === '') {
      initializers.set(node.outputs[0], constantOf(node))
      return []
    }
    const entries = Object.entries(node.attributes)
    if (!entries.some(([, a]) => a.kind === 'graph')) return [node]
    const attributes = entries.map(([name, a]): [string, Attribute] => [
      name,
      a.kind === 'graph' ? { kind: 'graph', value: moved(a.value) } : a,
    ])
    return [{ ...node, attributes: Object.fromEntries(attributes) }]
  })
  return { ...graph, nodes, initializers }
}

/**
 * Turns Constant nodes into initialisers, in sub-graphs too, so that every other pass looks in one place for constants.
 * errors  graph.constant: a constant of texts
 */
export function constantsToInitializers(model: OnnxModel): OnnxModel {
  return withGraph(model, moved(model.graph))
}
