import { int } from '../graph/attributes.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { OnnxModel, Shapes } from '../graph/model.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { spatialDims } from './layout.ts'

export type HeadKind = 'none' | 'softmax' | 'sigmoid' | 'log-softmax'

/** The head at the very end of a graph, the tensor before it and the graph's output. */
export interface Head {
  readonly kind: HeadKind
  readonly logits: string
  readonly output: string
}

/** Names of the two score vectors of a graph, both [N, K] after `appendScores`. */
export const LOGITS = 'saliscope/logits'
export const PROBABILITIES = 'saliscope/probabilities'

export interface ScoreVectors {
  readonly model: OnnxModel
  readonly scoreCount: number
  /** Appended tensors; each is [N, K]. */
  readonly added: readonly string[]
  /** Whether the file's output is a map of scores per position, summed here over the positions. */
  readonly isSegmentation: boolean
}

interface Appending {
  readonly builder: GraphBuilder
  readonly shapes: Shapes
  readonly channelAxes: ReadonlyMap<string, number>
}

/** Brings a tensor to [N, K]: a segmentation output is summed over its positions, anything else flattened behind the batch. */
function asVector(
  at: Appending,
  tensor: string,
  name: string,
): { count: number; added: string[]; isSegmentation: boolean } {
  const dims = at.shapes.get(tensor)?.dims ?? []
  const axis = at.channelAxes.get(tensor)
  const isSegmentation = dims.length > 2 && axis !== undefined && sizeOf(spatialDims(dims, axis)) > 1
  let flat = tensor
  if (isSegmentation) {
    const axes = dims.map((_, i) => i).filter((i) => i !== 0 && i !== axis)
    flat = at.builder.add('ReduceSum', [tensor, at.builder.int64s(axes)], { keepdims: int(0) })
  }
  at.builder.add('Flatten', [flat], { axis: int(1) }, name)
  const added = flat === tensor ? [name] : [flat, name]
  return { count: isSegmentation ? dims[axis as number] : sizeOf(dims.slice(1)), added, isSegmentation }
}

/**
 * Appends the two score vectors [N, K] to a graph: `saliscope/logits` from the tensor before the head, and
 * `saliscope/probabilities` from the file's own output. A file without a head gets softmax over several scores, or a
 * sigmoid when there is one, or what `assumed` says (the model card knows multi-label networks).
 *
 * logits         tensor before the head, or the output itself
 * probabilities  the file's output behind its head
 * errors         inference.output: no scores per item
 */
export function appendScores(
  model: OnnxModel,
  shapes: Shapes,
  channelAxes: ReadonlyMap<string, number>,
  head: Head,
  assumed: 'softmax' | 'sigmoid' | null,
): ScoreVectors {
  const type = shapes.get(head.logits)?.type
  const dims = shapes.get(head.logits)?.dims ?? []
  if (type !== 'float' || dims.length === 0 || sizeOf(dims) === 0) {
    const found = type === undefined ? 'nothing' : `${type} [${dims.join(', ')}]`
    throw new SaliscopeError(
      'inference.output',
      `The output ${head.output} of the model holds ${found}; a float score vector [batch, scores] is needed.`,
      { output: head.output },
    )
  }
  const builder = new GraphBuilder(model)
  const at = { builder, shapes, channelAxes }
  const { count, added, isSegmentation } = asVector(at, head.logits, LOGITS)
  if (head.kind !== 'none') added.push(...asVector(at, head.output, PROBABILITIES).added)
  else {
    const assumedKind = assumed ?? (count === 1 ? 'sigmoid' : 'softmax')
    if (assumedKind === 'sigmoid') builder.add('Sigmoid', [LOGITS], {}, PROBABILITIES)
    else builder.add('Softmax', [LOGITS], { axis: int(1) }, PROBABILITIES)
  }
  const outputs = [LOGITS, PROBABILITIES].map((name) => ({ name, type: 'float' as const, dims: null }))
  if (head.kind === 'none') added.push(PROBABILITIES)
  return { model: builder.finish(outputs), scoreCount: count, added, isSegmentation }
}

/**
 * Class probabilities from logits, in double precision.
 *
 * logits  [N, K]; kind 'sigmoid' treats each score alone, 'softmax' divides one among them
 */
export function probabilitiesOf(logits: Float32Array, count: number, kind: 'softmax' | 'sigmoid'): Float32Array {
  if (kind === 'sigmoid') return logits.map((z) => 1 / (1 + Math.exp(-z)))
  const out = new Float32Array(logits.length)
  for (let at = 0; at < logits.length; at += count) {
    let largest = Number.NEGATIVE_INFINITY
    for (let k = 0; k < count; k++) largest = Math.max(largest, logits[at + k])
    let total = 0
    for (let k = 0; k < count; k++) total += Math.exp(logits[at + k] - largest)
    for (let k = 0; k < count; k++) out[at + k] = Math.exp(logits[at + k] - largest) / total
  }
  return out
}
