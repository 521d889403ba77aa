import { GraphBuilder } from '../graph/builder.ts'
import type { OnnxModel, Shapes, ValueInfo } from '../graph/model.ts'
import { cutHead, type Head } from '../graph/passes/cut-head.ts'
import { normalise } from '../graph/prepare.ts'
import { readModel } from '../graph/read.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { type AtBatch, Batches } from './batches.ts'
import { inputChannelAxis } from './layout.ts'
import type { InputDescription, Target } from './model-under-study.ts'
import { probabilityKindOf } from './score-head.ts'
import { scoreOutput } from './score-output.ts'
import type { SessionSettings } from './session.ts'

/** A model made ready for differentiation: rewritten, its shapes known, its scores named. */
export interface Prepared {
  /** As the file says it, after reading. */
  readonly file: OnnxModel
  /** In operator set 18 and float32, before sizes are fixed. */
  readonly normalised: OnnxModel
  readonly input: InputDescription
  readonly head: Head
  readonly scoreCount: number
  /** How logits become probabilities. */
  readonly probabilityKind: 'softmax' | 'sigmoid'
  /** Batch size stated in the file, or null when it is open. */
  readonly statedBatch: number | null
  /** Tensors of the file that were dropped as copies → the tensor that holds their values. */
  readonly aliases: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
  /** The logit graph at batch 1, or at the stated batch. */
  readonly one: AtBatch
  at(output: Target['output'], batch: number, masked?: boolean): Promise<AtBatch>
}

export interface PrepareOptions {
  readonly settings: SessionSettings
  readonly itemDims: readonly number[] | null
  readonly probability: 'softmax' | 'sigmoid' | null
}

/** What to do about further inputs: converters from TensorFlow make some of constants. */
function cureOfInputs(model: OnnxModel): string {
  const general = 'networks with one image input can be explained'
  if (model.graph.inputs.length === 0 || !/tf2onnx|tensorflow|keras/i.test(model.producer)) return general
  return `${general}. Files by tf2onnx's from_function or Keras's model.export may have turned constants, such as the mean and variance of a Normalization layer, into inputs; save the model as a SavedModel and convert that with tf2onnx instead`
}

/** The one image input. errors  inference.input: several inputs, or none */
function imageInput(model: OnnxModel): ValueInfo {
  const { inputs } = model.graph
  if (inputs.length === 1) return inputs[0]
  const names = inputs.map((input) => input.name).join(', ')
  throw new SaliscopeError(
    'inference.input',
    `The model has ${inputs.length} inputs${inputs.length === 0 ? '' : ` (${names})`}; ${cureOfInputs(model)}.`,
    { inputs: inputs.length, producer: model.producer },
  )
}

/** Where a file leaves a size open and no image says it: what classifiers of that rank usually take. */
function defaultSize(rank: number): number {
  return rank >= 5 ? 64 : 224
}

function resolveItemDims(input: ValueInfo, wanted: readonly number[] | null): number[] {
  const stated = input.dims?.slice(1)
  if (stated === undefined || stated.length === 0) {
    if (wanted !== null) return [...wanted]
    throw new SaliscopeError(
      'inference.input',
      `The file does not say what shape its input ${input.name} has; give an image so that it is known.`,
    )
  }
  const fits = wanted !== null && wanted.length === stated.length
  const fallback = (axis: number) => (axis === 0 && stated.length > 1 ? 1 : defaultSize(stated.length + 1))
  return stated.map((d, axis) => (typeof d === 'number' && d > 0 ? d : fits ? wanted[axis] : fallback(axis)))
}

function describeInput(input: ValueInfo, itemDims: readonly number[], channelAxis: number | null): InputDescription {
  const looksLast = itemDims[0] > 4 && itemDims[itemDims.length - 1] <= 4
  const guessed = itemDims.length < 2 ? null : looksLast ? itemDims.length - 1 : 0
  const axis = channelAxis === null ? guessed : channelAxis - 1
  const spatialAxes = itemDims.length < 2 ? [] : itemDims.map((_, i) => i).filter((i) => i !== axis)
  return { name: input.name, itemDims, channelAxis: axis, spatialAxes }
}

/** Operators that folding drops when they change nothing. */
const DROPPED = new Set(
  'Identity Dropout Cast Reshape Flatten Squeeze Unsqueeze Expand Tile Concat Pad Slice'.split(' '),
)

/** Names of the file that the prepared graph no longer has → the tensor that holds their values. */
function aliasesOf(file: OnnxModel, shapes: Shapes): Map<string, string> {
  const source = new Map<string, string>()
  for (const node of file.graph.nodes) if (DROPPED.has(node.opType)) source.set(node.outputs[0], node.inputs[0])
  const aliases = new Map<string, string>()
  for (const name of source.keys()) {
    let at = name
    while (!shapes.has(at) && source.has(at)) at = source.get(at) as string
    if (at !== name && shapes.has(at)) aliases.set(name, at)
  }
  return aliases
}

/** A LogSoftmax head gives the logarithms of the probabilities that `output=probability` asks for. */
function withoutLogarithm(model: OnnxModel): OnnxModel {
  const [scores] = model.graph.outputs
  const builder = new GraphBuilder(model, 'probability/')
  return builder.finish([{ ...scores, name: builder.add('Exp', [scores.name]) }])
}

/**
 * Reads and prepares a model: rewritten to one operator set in float32, its open sizes fixed, constant parts folded, its
 * scores named, every tensor's shape known.
 *
 * source  path of a file, or a graph in memory
 * errors  graph.*; inference.input, inference.output, inference.load, inference.run
 */
export async function prepare(source: string | OnnxModel, options: PrepareOptions): Promise<Prepared> {
  const file = typeof source === 'string' ? readModel(source) : source
  const { outputs } = file.graph
  const scores = scoreOutput(file.graph)
  const normalised = normalise({ ...file, graph: { ...file.graph, outputs: [scores] } })
  const input = imageInput(normalised)
  const itemDims = resolveItemDims(input, options.itemDims)
  const { head, model: logitModel } = cutHead(normalised)
  const logits = new Batches(logitModel, input, itemDims, options.settings, () => null)
  const stated = input.dims?.[0]
  const statedBatch = typeof stated === 'number' && stated > 0 ? stated : null
  const one = await logits.at(statedBatch ?? 1)
  const kind = probabilityKindOf(head, one.scoreCount, options.probability)
  const through = head === 'none' ? kind : null
  const probabilities = new Batches(
    head === 'log-softmax' ? withoutLogarithm(normalised) : normalised,
    input,
    itemDims,
    options.settings,
    () => through,
  )
  return {
    file,
    normalised,
    input: describeInput(input, itemDims, inputChannelAxis(one.model.graph, one.shapes, input.name)),
    head,
    scoreCount: one.scoreCount,
    probabilityKind: kind,
    statedBatch,
    aliases: aliasesOf(file, one.shapes),
    warnings: [
      ...(outputs[0] === scores
        ? []
        : [
            `The scores are read from the output ${scores.name}: ${outputs[0].name}, which stands before it, holds ${outputs[0].type}.`,
          ]),
      ...(one.isSegmentation ? ['The output is a map of scores per position; the score of a class is their sum.'] : []),
    ],
    one,
    at: (output, batch, masked = false) => (output === 'logit' ? logits : probabilities).at(batch, masked),
  }
}
