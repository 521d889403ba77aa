import { floatsOf, makeConstant } from '../constants.ts'
import { withGraph } from '../edit.ts'
import type { Attribute, ConstantTensor, ElementType, Graph, Node, OnnxModel, ValueInfo } from '../model.ts'

/** Types that are computed in float32 instead, with the number of their data type in Cast's `to`. */
const replaced: Readonly<Partial<Record<ElementType, number>>> = { float16: 10, bfloat16: 16, double: 11 }
const castNumbers = new Set(Object.values(replaced))

interface Found {
  readonly directory: string | null
  readonly types: Set<ElementType>
}

function converted(tensor: ConstantTensor, found: Found): ConstantTensor {
  if (!(tensor.type in replaced)) return tensor
  found.types.add(tensor.type)
  return makeConstant(tensor.name, 'float', tensor.dims, floatsOf(tensor, found.directory))
}

function convertedNode(node: Node, found: Found): Node {
  const entries = Object.entries(node.attributes).map(([name, a]): [string, Attribute] => {
    if (a.kind === 'tensor') return [name, { kind: 'tensor', value: converted(a.value, found) }]
    if (a.kind === 'graph') return [name, { kind: 'graph', value: convertedGraph(a.value, found) }]
    // Cast's `to`, and `dtype` of the random and filling operators.
    if (a.kind === 'int' && (name === 'to' || name === 'dtype') && castNumbers.has(a.value))
      return [name, { kind: 'int', value: 1 }]
    return [name, a]
  })
  return { ...node, attributes: Object.fromEntries(entries) }
}

function convertedGraph(graph: Graph, found: Found): Graph {
  const value = (info: ValueInfo): ValueInfo => {
    if (!(info.type in replaced)) return info
    found.types.add(info.type)
    return { ...info, type: 'float' }
  }
  return {
    ...graph,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    nodes: graph.nodes.map((node) => convertedNode(node, found)),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, converted(tensor, found)])),
  }
}

/**
 * Half precision (and double, which lacks kernels) → float32: weights, casts, inputs and outputs. Recorded in `repairs`.
 */
export function halfToFloat(model: OnnxModel): OnnxModel {
  const found: Found = { directory: model.directory, types: new Set() }
  const graph = convertedGraph(model.graph, found)
  if (found.types.size === 0) return model
  const types = [...found.types].sort().join(' and ')
  return withGraph(model, graph, `Weights and values of type ${types} are computed in float32.`)
}
