import { int } from '../graph/attributes.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { OnnxModel, Shapes } from '../graph/model.ts'
import type { Head } from '../graph/passes/cut-head.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'
import { spatialDims } from './layout.ts'
import { noScoreMap } from './target.ts'

/** Name of the score vector [N, K] of a graph after `appendScores`. */
export const SCORES = 'saliscope/scores'

export interface Scored {
  readonly model: OnnxModel
  readonly shapes: Shapes
  readonly scoreCount: number
  /** Whether the output is a map of scores per position, summed here over the positions. */
  readonly isSegmentation: boolean
  /** The map of scores per position, where there is one. */
  readonly scoreMap: ScoreMap | null
}

/** The output of a segmentation model before it is summed. */
export interface ScoreMap {
  readonly tensor: string
  readonly channelAxis: number
  /** Its spatial axes, in order. */
  readonly spatial: readonly number[]
}

/** Name of the input [N, …spatial] of a masked graph: a weight for every position of the score map. */
export const MASK = 'saliscope/mask'

/**
 * Ends a graph at the score vector [N, K], named `saliscope/scores`: a segmentation output is summed over its positions,
 * anything else is flattened behind the batch; `through` is applied to it, for files that have no head of their own.
 * `masked` weighs the positions by a further input before they are summed.
 *
 * errors  inference.output: no float scores per item; inference.target: a mask for a model without a map of scores
 */
export function appendScores(
  model: OnnxModel,
  shapes: Shapes,
  channelAxes: ReadonlyMap<string, number>,
  through: 'softmax' | 'sigmoid' | null,
  masked = false,
): Scored {
  const output = model.graph.outputs[0].name
  const found = shapes.get(output)
  const dims = found?.dims ?? []
  if (found?.type !== 'float' || dims.length === 0 || sizeOf(dims) === 0) {
    const what = found === undefined ? 'nothing' : `${found.type} [${dims.join(', ')}]`
    throw new SaliscopeError(
      'inference.output',
      `The output ${output} of the model holds ${what}; a float score vector [batch, scores] is needed.`,
      { output },
    )
  }
  const builder = new GraphBuilder(model)
  const axis = channelAxes.get(output)
  const isSegmentation = dims.length > 2 && axis !== undefined && sizeOf(spatialDims(dims, axis)) > 1
  const scoreCount = isSegmentation ? dims[axis] : sizeOf(dims.slice(1))
  const added: string[] = []
  const add = (
    opType: string,
    inputs: readonly string[],
    attributes: Parameters<GraphBuilder['add']>[2],
    name?: string,
  ) => {
    const made = builder.add(opType, inputs, attributes, name)
    added.push(made)
    return made
  }
  let scores = output
  const spatial = axis === undefined ? [] : spatialDims(dims, axis)
  if (masked && !isSegmentation) throw noScoreMap()
  const all = new Map(shapes)
  if (masked && axis !== undefined) {
    all.set(builder.addInput(MASK, 'float', [dims[0], ...spatial]), { type: 'float', dims: [dims[0], ...spatial] })
    const lifted = add('Unsqueeze', [MASK, builder.int64s([axis])], {})
    all.set(lifted, { type: 'float', dims: dims.map((d, i) => (i === axis ? 1 : d)) })
    scores = add('Mul', [scores, lifted], {})
    all.set(scores, { type: 'float', dims })
  }
  if (isSegmentation) {
    const axes = dims.map((_, i) => i).filter((i) => i !== 0 && i !== axis)
    scores = add('ReduceSum', [scores, builder.int64s(axes)], { keepdims: int(0) })
  }
  const flatAs = through === null ? SCORES : undefined
  scores = add('Flatten', [scores], { axis: int(1) }, flatAs)
  if (through === 'sigmoid') add('Sigmoid', [scores], {}, SCORES)
  if (through === 'softmax') add('Softmax', [scores], { axis: int(1) }, SCORES)
  for (const name of added) if (!all.has(name)) all.set(name, { type: 'float', dims: [dims[0], scoreCount] })
  for (const [name, tensor] of builder.finish().graph.initializers)
    all.set(name, { type: tensor.type, dims: tensor.dims })
  const scored = builder.finish([{ name: SCORES, type: 'float', dims: [dims[0], scoreCount] }])
  const scoreMap = isSegmentation && axis !== undefined ? { tensor: output, channelAxis: axis, spatial } : null
  return { model: scored, shapes: all, scoreCount, isSegmentation, scoreMap }
}

/** What turns logits into probabilities: the file's own head, else what the model card says, else the usual. */
export function probabilityKindOf(
  head: Head,
  scoreCount: number,
  assumed: 'softmax' | 'sigmoid' | null,
): 'softmax' | 'sigmoid' {
  if (head === 'sigmoid') return 'sigmoid'
  if (head === 'softmax' || head === 'log-softmax') return 'softmax'
  return assumed ?? (scoreCount === 1 ? 'sigmoid' : 'softmax')
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

/** Rows in [0, 1] that add up to 1: the file ends in probabilities whose head could not be cut. */
export function areProbabilities({ dims, data }: Tensor): boolean {
  const [n, k] = dims
  if (k < 2 || data.some((v) => v < 0 || v > 1)) return false
  return Array.from({ length: n }, (_, i) => data.subarray(i * k, (i + 1) * k)).every(
    (row) => Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-5,
  )
}
