import { int } from '../graph/attributes.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { OnnxModel, Shapes } from '../graph/model.ts'
import type { Head } from '../graph/passes/cut-head.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { spatialDims } from './layout.ts'

/** Name of the score vector [N, K] of a graph after `appendScores`. */
export const SCORES = 'saliscope/scores'

export interface Scored {
  readonly model: OnnxModel
  readonly shapes: Shapes
  readonly scoreCount: number
  /** Whether the output is a map of scores per position, summed here over the positions. */
  readonly isSegmentation: boolean
}

/**
 * Ends a graph at the score vector [N, K], named `saliscope/scores`: a segmentation output is summed over its positions,
 * anything else is flattened behind the batch; `through` is applied to it, for files that have no head of their own.
 *
 * errors  inference.output: no float scores per item
 */
export function appendScores(
  model: OnnxModel,
  shapes: Shapes,
  channelAxes: ReadonlyMap<string, number>,
  through: 'softmax' | 'sigmoid' | null,
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
  if (isSegmentation) {
    const axes = dims.map((_, i) => i).filter((i) => i !== 0 && i !== axis)
    scores = add('ReduceSum', [scores, builder.int64s(axes)], { keepdims: int(0) })
  }
  const flatAs = through === null ? SCORES : undefined
  scores = add('Flatten', [scores], { axis: int(1) }, flatAs)
  if (through === 'sigmoid') add('Sigmoid', [scores], {}, SCORES)
  if (through === 'softmax') add('Softmax', [scores], { axis: int(1) }, SCORES)
  const all = new Map(shapes)
  for (const name of added) all.set(name, { type: 'float', dims: [dims[0], scoreCount] })
  for (const [name, tensor] of builder.finish().graph.initializers)
    all.set(name, { type: tensor.type, dims: tensor.dims })
  const scored = builder.finish([{ name: SCORES, type: 'float', dims: [dims[0], scoreCount] }])
  return { model: scored, shapes: all, scoreCount, isSegmentation }
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
