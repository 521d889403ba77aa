import { intsAttribute } from '../graph/attributes.ts'
import type { Graph, Node, Shapes } from '../graph/model.ts'

/** Operators whose result has its channels on axis 1, whatever made their input. */
const CHANNELS_SECOND = new Set([
  'Conv',
  'ConvTranspose',
  'MaxPool',
  'AveragePool',
  'LpPool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'BatchNormalization',
  'InstanceNormalization',
  'GroupNormalization',
  'LRN',
  'DepthToSpace',
  'SpaceToDepth',
  'MaxUnpool',
])

/** Operators that may change which axis holds what; their result is taken up only where a convolution follows. */
const REARRANGING = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Gather', 'GatherND', 'Einsum', 'Shape'])

function axisOfNode(
  node: Node,
  axes: ReadonlyMap<string, number>,
  rankOf: (name: string) => number | null,
): number | null {
  if (CHANNELS_SECOND.has(node.opType)) return 1
  if (REARRANGING.has(node.opType)) return null
  const rank = rankOf(node.outputs[0])
  const known = node.inputs.find((name) => axes.has(name) && rankOf(name) === rank)
  if (known === undefined || rank === null) return null
  const axis = axes.get(known) as number
  if (node.opType === 'Transpose') {
    const reversed = Array.from({ length: rank }, (_, i) => rank - 1 - i)
    return intsAttribute(node, 'perm', reversed).indexOf(axis)
  }
  // A dense layer per position (ConvNeXt, channels-last networks) mixes the last axis, which is the channels'.
  if (node.opType === 'MatMul') return axis === rank - 1 ? axis : null
  return axis
}

/**
 * The channel axis of every tensor of rank 3 or more that convolutions, pools or per-channel norms gave a meaning to,
 * followed through element-wise operators and transpositions. Attention matrices and token lists have none.
 */
export function channelAxes(graph: Graph, shapes: Shapes): ReadonlyMap<string, number> {
  const axes = new Map<string, number>()
  const rankOf = (name: string) => shapes.get(name)?.dims.length ?? null
  for (const node of graph.nodes) {
    const axis = axisOfNode(node, axes, rankOf)
    if (axis === null || axis < 0) continue
    const rank = rankOf(node.outputs[0])
    for (const output of node.outputs) if (rank !== null && rank >= 3 && rankOf(output) === rank) axes.set(output, axis)
  }
  return axes
}

/** Dims of the axes that are neither batch nor channels. */
export function spatialDims(dims: readonly number[], channelAxis: number): number[] {
  return dims.filter((_, axis) => axis !== 0 && axis !== channelAxis)
}

/** The permutation that brings [N, …, K, …] to [N, K, …spatial]. */
export function toChannelsFirst(rank: number, channelAxis: number): number[] {
  const rest = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== 0 && i !== channelAxis)
  return [0, channelAxis, ...rest]
}

/** The axis of the channels that the file's input feeds to its first convolution or per-channel norm; null when none is found. */
export function inputChannelAxis(graph: Graph, shapes: Shapes, input: string): number | null {
  const rank = shapes.get(input)?.dims.length ?? 0
  if (rank < 3) return null
  // Axis of the input that now stands at axis i of each tensor reached by transpositions and element-wise operators.
  const orders = new Map<string, readonly number[]>([[input, Array.from({ length: rank }, (_, i) => i)]])
  for (const node of graph.nodes) {
    const from = node.inputs.find((name) => orders.has(name))
    if (from === undefined) continue
    const order = orders.get(from) as readonly number[]
    if (CHANNELS_SECOND.has(node.opType)) return order[1]
    if (REARRANGING.has(node.opType) || shapes.get(node.outputs[0])?.dims.length !== rank) continue
    const reversed = order.map((_, i) => rank - 1 - i)
    const perm = node.opType === 'Transpose' ? intsAttribute(node, 'perm', reversed) : order.map((_, i) => i)
    orders.set(
      node.outputs[0],
      perm.map((p) => order[p]),
    )
  }
  return null
}
