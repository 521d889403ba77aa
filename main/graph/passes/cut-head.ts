import { intAttribute } from '../attributes.ts'
import { GraphBuilder } from '../builder.ts'
import { producersOf, withGraph } from '../edit.ts'
import type { Node, OnnxModel, Shapes, ValueInfo } from '../model.ts'
import { removeDead } from './remove-dead.ts'

export type Head = 'none' | 'softmax' | 'sigmoid' | 'log-softmax'

export interface CutHead {
  readonly head: Head
  /** The tensor that holds the scores before the head; the output itself when there is no head. */
  readonly logits: string
  /** The model that ends at `logits`, its only output. */
  readonly model: OnnxModel
}

const heads: Readonly<Record<string, Head>> = { Softmax: 'softmax', Sigmoid: 'sigmoid', LogSoftmax: 'log-softmax' }
/** What may stand between the head and the output: it moves the scores and does not change them. */
const passing = new Set(['Flatten', 'Reshape', 'Identity', 'Squeeze', 'Unsqueeze', 'Transpose', 'Cast', 'Dropout'])

interface Found {
  readonly head: Head
  readonly before: string
  /** Nodes from the head to the output, in order of computation. */
  readonly chain: readonly Node[]
}

function findHead(model: OnnxModel, output: string): Found | null {
  const producers = producersOf(model.graph)
  const chain: Node[] = []
  let logarithm = false
  for (let name = output; ; ) {
    const node = producers.get(name)
    if (node?.domain !== '') return null
    const head = heads[node.opType]
    if (head === 'softmax' && logarithm) return { head: 'log-softmax', before: node.inputs[0], chain }
    if (head) return logarithm ? null : { head, before: node.inputs[0], chain }
    if (node.opType === 'Log' && !logarithm) logarithm = true
    else if (passing.has(node.opType)) chain.unshift(node)
    else return null
    name = node.inputs[0]
  }
}

/**
 * Cuts a Softmax, Sigmoid or LogSoftmax (also Log of Softmax) that produces an output, so that scores are explained
 * before it. What reshapes the scores behind the head is kept and now works on the scores before it.
 *
 * output  name of the graph output to explain; the first when left out
 */
export function cutHead(model: OnnxModel, output: string = model.graph.outputs[0].name): CutHead {
  const declared = model.graph.outputs.find((o) => o.name === output) ?? {
    name: output,
    type: 'float' as const,
    dims: null,
  }
  const found = findHead(model, output)
  const only = (end: OnnxModel, value: ValueInfo): OnnxModel => removeDead(withGraph(end, { outputs: [value] }))
  if (found === null) return { head: 'none', logits: output, model: only(model, declared) }
  if (found.chain.length === 0) {
    return { head: found.head, logits: found.before, model: only(model, { ...declared, name: found.before }) }
  }
  const builder = new GraphBuilder(model, 'logits/')
  let last = found.before
  for (const node of found.chain) last = builder.add(node.opType, [last, ...node.inputs.slice(1)], node.attributes)
  return { head: found.head, logits: last, model: only(builder.finish(), { ...declared, name: last }) }
}

/**
 * How many scores an output holds: the product of all axes but the batch when the others are 1, as in [N, K, 1, 1];
 * the channel count of a segmentation output [N, K, …spatial]; null when the shape is unknown.
 */
export function scoreCountOf(output: string, shapes: Shapes, channelsLast = false): number | null {
  const dims = shapes.get(output)?.dims
  if (!dims) return null
  if (dims.length <= 1) return 1
  const rest = dims.slice(1)
  const large = rest.filter((d) => d > 1)
  if (large.length <= 1) return large[0] ?? 1
  return channelsLast ? rest[rest.length - 1] : rest[0]
}

/** The axis along which a softmax head normalises, counted from the front; null when the output has no such head. */
export function headAxis(model: OnnxModel, output: string, shapes: Shapes): number | null {
  const node = producersOf(model.graph).get(output)
  const rank = shapes.get(output)?.dims.length
  if (!node || rank === undefined || (node.opType !== 'Softmax' && node.opType !== 'LogSoftmax')) return null
  const axis = intAttribute(node, 'axis', -1)
  return axis < 0 ? axis + rank : axis
}
