import type { OnnxModel, Shapes, ValueInfo } from '../graph/model.ts'
import { constantsToInitializers } from '../graph/passes/constants-to-initializers.ts'
import { dropIdentity } from '../graph/passes/drop-identity.ts'
import { type Folded, fold } from '../graph/passes/fold.ts'
import { halfToFloat } from '../graph/passes/half-to-float.ts'
import { liftOpset } from '../graph/passes/lift-opset.ts'
import { removeDead } from '../graph/passes/remove-dead.ts'
import { readModel } from '../graph/read.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { channelAxes, inputChannelAxis } from './layout.ts'
import type { InputDescription } from './model-under-study.ts'
import { type Probe, probe, shapesAtBatch } from './probe.ts'
import { appendScores, type Head, type HeadKind, type ScoreVectors } from './score-head.ts'
import { float32Of, type RawTensor, type SessionSettings } from './session.ts'

/** A graph with everything fixed for one batch size. */
export interface AtBatch {
  readonly batch: number
  readonly model: OnnxModel
  readonly shapes: Shapes
}

/** A model made ready for differentiation: rewritten, probed, its scores named. */
export interface Prepared {
  /** As the file says it, after reading. */
  readonly file: OnnxModel
  readonly input: InputDescription
  readonly head: HeadKind
  readonly scoreCount: number
  /** How logits become probabilities; 'as-they-are' when the file's output holds probabilities without a head to cut. */
  readonly probabilityKind: 'softmax' | 'sigmoid' | 'as-they-are'
  /** Batch size the graph insists on, or null when any will do. */
  readonly fixedBatch: number | null
  readonly channelAxes: ReadonlyMap<string, number>
  /** Tensors of the file that were dropped as copies → the tensor that holds their values. */
  readonly aliases: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
  /** The graph at batch 1, or at the fixed batch. */
  readonly one: AtBatch
  atBatch(batch: number): Promise<AtBatch>
}

export interface PrepareOptions {
  readonly settings: SessionSettings
  readonly itemDims: readonly number[] | null
  readonly probability: 'softmax' | 'sigmoid' | null
}

/** Numbers like those of an image scaled to [0, 1]; the same on every machine. */
function plausibleInput(dims: readonly number[]): Float32Array {
  return Float32Array.from(
    { length: sizeOf(dims) },
    (_, i) => 0.5 + 0.45 * Math.sin(i * 0.7311 + Math.cos(i * 0.0137) * 3),
  )
}

function feedOf(input: ValueInfo, dims: readonly number[], data: Float32Array): RawTensor {
  if (input.type === 'float') return { type: 'float', dims, data }
  throw new SaliscopeError(
    'inference.input',
    `The input ${input.name} of the model takes ${input.type} values; networks on float images can be explained.`,
    { type: input.type },
  )
}

/** The passes that do not depend on sizes. */
function normalised(file: OnnxModel): OnnxModel {
  return removeDead(dropIdentity(halfToFloat(liftOpset(constantsToInitializers(file)))))
}

/** The one image input. errors  inference.input: several inputs, or none */
function imageInput(model: OnnxModel): ValueInfo {
  const { inputs } = model.graph
  if (inputs.length === 1) return inputs[0]
  const names = inputs.map((input) => input.name).join(', ')
  throw new SaliscopeError(
    'inference.input',
    `The model has ${inputs.length} inputs (${names}); networks with one image input can be explained.`,
    { inputs: inputs.length },
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
  return stated.map((d, i) =>
    typeof d === 'number' && d > 0
      ? d
      : fits
        ? wanted[i]
        : i === 0 && stated.length > 1
          ? 1
          : defaultSize(stated.length + 1),
  )
}

const HEADS: Readonly<Record<string, HeadKind>> = { Softmax: 'softmax', Sigmoid: 'sigmoid', LogSoftmax: 'log-softmax' }
/** Operators that hand scores on without changing them. */
const SCORE_KEEPING = new Set(['Identity', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Cast', 'Dropout'])

/** The head at the very end of the graph and the tensor before it. */
function findHead(model: OnnxModel): Head {
  const output = model.graph.outputs[0].name
  for (let name = output; ; ) {
    const node = model.graph.nodes.find((candidate) => candidate.outputs.includes(name))
    if (node === undefined || node.domain !== '') return { kind: 'none', logits: output, output }
    if (node.opType in HEADS) return { kind: HEADS[node.opType], logits: node.inputs[0], output }
    if (!SCORE_KEEPING.has(node.opType)) return { kind: 'none', logits: output, output }
    name = node.inputs[0]
  }
}

/** Scores that add up to 1 and stay in [0, 1] on an input that is no image: probabilities whose head could not be cut. */
function lookLikeProbabilities(scores: Float32Array): boolean {
  if (scores.length < 2) return false
  const sum = scores.reduce((a, b) => a + b, 0)
  return Math.abs(sum - 1) < 1e-4 && scores.every((v) => v >= 0 && v <= 1)
}

function describeInput(input: ValueInfo, itemDims: readonly number[], channelAxis: number | null): InputDescription {
  const guessed =
    channelAxis ??
    (itemDims.length < 2 ? null : itemDims[0] <= 4 || itemDims[itemDims.length - 1] > 4 ? 1 : itemDims.length)
  const axis = guessed === null ? null : guessed - 1
  const spatialAxes = itemDims.map((_, i) => i).filter((i) => i !== axis)
  return { name: input.name, itemDims, channelAxis: axis, spatialAxes: itemDims.length < 2 ? [] : spatialAxes }
}

/** Operators that folding drops when they change nothing. */
const DROPPED = new Set([
  'Identity',
  'Dropout',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Expand',
  'Tile',
  'Concat',
  'Pad',
  'Slice',
])

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

function withBatch(model: OnnxModel, input: ValueInfo, dims: readonly number[]): OnnxModel {
  return { ...model, graph: { ...model.graph, inputs: [{ ...input, dims }] } }
}

/** The graph of a model at every batch size: folded, probed where static shapes have gaps, scores appended. */
class Batches {
  readonly #base: OnnxModel
  readonly #input: ValueInfo
  readonly #itemDims: readonly number[]
  readonly #options: PrepareOptions
  #first: Shapes = new Map()
  #agreed: boolean | undefined
  #second: Promise<Probe> | undefined

  constructor(base: OnnxModel, input: ValueInfo, itemDims: readonly number[], options: PrepareOptions) {
    this.#base = base
    this.#input = input
    this.#itemDims = itemDims
    this.#options = options
  }

  /** The folded graph; sizes that static rules cannot tell come from `probed`. */
  folded(batch: number, probed: Shapes | null): Folded {
    return fold(withBatch(this.#base, this.#input, [batch, ...this.#itemDims]), probed)
  }

  probe(folded: Folded, batch: number): Promise<Probe> {
    if (this.#first.size === 0) this.#first = folded.shapes
    const dims = [batch, ...this.#itemDims]
    return probe(
      folded.model,
      folded.shapes,
      { [this.#input.name]: feedOf(this.#input, dims, plausibleInput(dims)) },
      this.#options.settings,
    )
  }

  /** Scores appended to a folded graph of known shapes. */
  scored(
    folded: Folded,
    shapes: Shapes,
    batch: number,
  ): AtBatch & ScoreVectors & { axes: ReadonlyMap<string, number>; head: Head } {
    const axes = channelAxes(folded.model.graph, shapes)
    const head = findHead(folded.model)
    const scores = appendScores(folded.model, shapes, axes, head, this.#options.probability)
    const all = new Map(shapes)
    for (const name of scores.added) all.set(name, { type: 'float', dims: [batch, scores.scoreCount] })
    return { ...scores, batch, shapes: all, axes, head }
  }

  /** Whether static shapes equal those of the run at the first batch: only then are they used for others. */
  #agrees(first: Probe): boolean {
    this.#agreed ??= [...this.#first].every(([name, { dims }]) => first.shapes.get(name)?.dims.join() === dims.join())
    return this.#agreed
  }

  /** The graph at a batch size from the probes at 1 and 2, which say how every size grows with the batch. */
  async at(batch: number, first: Probe): Promise<AtBatch> {
    const folded = this.folded(batch, null)
    if (folded.unknown.length === 0 && this.#agrees(first)) return this.scored(folded, folded.shapes, batch)
    this.#second ??= this.probe(this.folded(2, null), 2)
    const shapes = shapesAtBatch(first.shapes, (await this.#second).shapes, batch)
    const complete = this.folded(batch, shapes)
    return this.scored(complete, new Map([...shapes, ...complete.shapes]), batch)
  }
}

/**
 * Reads and prepares a model: rewritten to one operator set in float32, its open sizes fixed, constant parts folded, its
 * scores named, every tensor's shape known from a run.
 *
 * source  path of a file, or a graph in memory
 * errors  graph.*; inference.input, inference.output, inference.load, inference.run
 */
export async function prepare(source: string | OnnxModel, options: PrepareOptions): Promise<Prepared> {
  const file = typeof source === 'string' ? readModel(source) : source
  const base = normalised({ ...file, graph: { ...file.graph, outputs: file.graph.outputs.slice(0, 1) } })
  const input = imageInput(base)
  const itemDims = resolveItemDims(input, options.itemDims)
  const stated = input.dims?.[0]
  const fixedBatch = typeof stated === 'number' && stated > 0 ? stated : null
  const batches = new Batches(base, input, itemDims, options)
  const folded = batches.folded(fixedBatch ?? 1, null)
  const first = await batches.probe(folded, fixedBatch ?? 1)
  const one = batches.scored(folded, first.shapes, fixedBatch ?? 1)
  const { scoreCount, head } = one
  const row = float32Of(first.outputs[head.output]).subarray(0, scoreCount)
  const already = head.kind === 'none' && options.probability === null && lookLikeProbabilities(row)
  return {
    file,
    input: describeInput(input, itemDims, inputChannelAxis(one.model.graph, first.shapes, input.name)),
    head: head.kind,
    scoreCount,
    probabilityKind: already ? 'as-they-are' : probabilityKindOf(head.kind, scoreCount, options.probability),
    fixedBatch,
    channelAxes: one.axes,
    aliases: aliasesOf(file, one.shapes),
    warnings: warningsOf(first),
    one,
    atBatch: async (batch) => (batch === one.batch ? one : batches.at(batch, first)),
  }
}

function probabilityKindOf(
  head: HeadKind,
  scoreCount: number,
  assumed: 'softmax' | 'sigmoid' | null,
): 'softmax' | 'sigmoid' {
  if (head === 'sigmoid') return 'sigmoid'
  if (head === 'softmax' || head === 'log-softmax') return 'softmax'
  return assumed ?? (scoreCount === 1 ? 'sigmoid' : 'softmax')
}

function warningsOf({ notFinite }: Probe): string[] {
  if (notFinite.length === 0) return []
  return [`On a plain test input ${notFinite.length} tensors hold NaN or infinity, the first is ${notFinite[0]}.`]
}
