import { buildGradient } from '../autodiff/gradient.ts'
import { buildMultipliers } from '../autodiff/multipliers.ts'
import { buildRelevance } from '../autodiff/relevance.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import type { AtBatch } from './batches.ts'
import { boundItem } from './bounds.ts'
import { inChunks, itemsOf, padded, throwIfCancelled } from './chunks.ts'
import type { Built, Engine } from './engine.ts'
import { type LayerGeometry, layerGeometry } from './layers.ts'
import type {
  BackwardRule,
  GradientResult,
  InputDescription,
  LayerResult,
  ModelUnderStudy,
  MultiplierResult,
  RelevanceOptions,
  RelevanceResult,
  Target,
} from './model-under-study.ts'
import { inverse, permute } from './permute.ts'
import { probabilitiesOf, SCORES } from './score-head.ts'
import { float32Of, type RawTensor } from './session.ts'
import { cutTail } from './tail.ts'
import { pickScores, seedRows, targetIndices } from './target.ts'

const raw = (x: Tensor): RawTensor => ({ type: 'float', dims: x.dims, data: x.data })

/** Copies the first items of a run's output to their place in the whole batch; padding is left behind. */
function place(into: Tensor, value: RawTensor, from: number, to: number): void {
  const size = into.data.length / into.dims[0]
  into.data.set(float32Of(value).subarray(0, (to - from) * size), from * size)
}

/** The ONNX implementation of what methods and metrics see of a model. One object per computation: it carries the signal. */
export class OnnxModelUnderStudy implements ModelUnderStudy {
  readonly input: InputDescription
  readonly scoreCount: number
  readonly engine: Engine
  readonly #signal: AbortSignal

  constructor(engine: Engine, signal: AbortSignal) {
    this.engine = engine
    this.#signal = signal
    this.input = engine.prepared.input
    this.scoreCount = engine.prepared.scoreCount
  }

  get preferredBatch(): number {
    return Math.min(32, this.engine.plan.chunk('gradient'))
  }

  async scores(x: Tensor, output: Target['output']): Promise<Tensor> {
    const n = this.#batchOf(x)
    const scores = tensor([n, this.scoreCount])
    await this.#chunks(n, 'scores', async (from, to, b) => {
      const loaded = await this.engine.load('scores', output, b, forward)
      const { values, addedMb } = await this.engine.run(loaded, { x: raw(padded(itemsOf(x, from, to), b)) })
      place(scores, values.scores, from, to)
      return addedMb
    })
    return scores
  }

  async probabilities(x: Tensor): Promise<Tensor> {
    const { probabilityKind, head } = this.engine.prepared
    const logits = await this.scores(x, 'logit')
    if (head === 'none' && areProbabilities(logits)) return logits
    return { dims: logits.dims, data: probabilitiesOf(logits.data, this.scoreCount, probabilityKind) }
  }

  async explained(x: Tensor, target: Target): Promise<Float64Array> {
    const indices = targetIndices(target, this.#batchOf(x), this.scoreCount)
    const scores = await this.scores(x, target.output)
    return pickScores(scores.data, indices, target.negate, this.scoreCount)
  }

  async gradient(x: Tensor, target: Target, rule: BackwardRule = 'plain'): Promise<GradientResult> {
    const n = this.#batchOf(x)
    const indices = targetIndices(target, n, this.scoreCount)
    const gradient = tensor(x.dims)
    const scores = new Float64Array(n)
    await this.#chunks(n, 'gradient', async (from, to, b) => {
      const loaded = await this.engine.load(`gradient ${rule}`, target.output, b, (at) => {
        const { model, names } = buildGradient(at.model, at.shapes, {
          source: this.input.name,
          scoreTensor: SCORES,
          rule,
        })
        return {
          model,
          inputs: { x: this.input.name, seed: names.seed },
          outputs: { scores: names.scores, gradient: names.gradient },
        }
      })
      const { values, addedMb } = await this.engine.run(loaded, this.#seeded(x, indices, target, from, to, b))
      place(gradient, values.gradient, from, to)
      scores.set(this.#picked(values.scores, indices, target, from, to), from)
      return addedMb
    })
    return { scores, gradient }
  }

  async layer(x: Tensor, target: Target, layer: string | null): Promise<LayerResult> {
    const n = this.#batchOf(x)
    const indices = targetIndices(target, n, this.scoreCount)
    const at = this.#layer(layer)
    const activation = tensor([n, ...at.dims])
    const gradient = tensor([n, ...at.dims])
    const scores = new Float64Array(n)
    await this.#chunks(n, 'layer', async (from, to, b) => {
      const loaded = await this.engine.load(`layer ${at.name}`, target.output, b, (batch) => {
        const { model, names } = buildGradient(batch.model, batch.shapes, {
          source: at.name,
          scoreTensor: SCORES,
          rule: 'plain',
        })
        return {
          model,
          inputs: { x: this.input.name, seed: names.seed },
          outputs: { scores: names.scores, gradient: names.gradient, activation: at.name },
        }
      })
      const { values, addedMb } = await this.engine.run(loaded, this.#seeded(x, indices, target, from, to, b))
      place(gradient, channelsFirst(values.gradient, at), from, to)
      place(activation, channelsFirst(values.activation, at), from, to)
      scores.set(this.#picked(values.scores, indices, target, from, to), from)
      return addedMb
    })
    return { scores, layer: at.name, activation, gradient }
  }

  async fromLayer(x: Tensor, target: Target, layer: string | null, activation: Tensor): Promise<Float64Array> {
    const n = activation.dims[0]
    const indices = targetIndices(target, n, this.scoreCount)
    const at = this.#layer(layer)
    if (activation.dims.slice(1).join() !== at.dims.join()) {
      throw new SaliscopeError(
        'inference.layer',
        `The activation has items of [${activation.dims.slice(1).join(', ')}], and the tensor ${at.name} has [${at.dims.join(', ')}].`,
      )
    }
    if (x.dims[0] !== n && x.dims[0] !== 1) {
      throw new SaliscopeError('inference.input', `${x.dims[0]} inputs were given for ${n} activations.`)
    }
    const scores = new Float64Array(n)
    await this.#chunks(n, 'tail', async (from, to, b) => {
      const loaded = await this.engine.load(`tail ${at.name}`, target.output, b, (batch) => tail(batch, at.name))
      const part = permute(padded(itemsOf(activation, from, to), b), inverse(at.order))
      const inputs = x.dims[0] === 1 ? padded(x, b) : padded(itemsOf(x, from, to), b)
      const { values, addedMb } = await this.engine.run(loaded, { layer: raw(part), x: raw(inputs) })
      scores.set(this.#picked(values.scores, indices, target, from, to), from)
      return addedMb
    })
    return scores
  }

  async relevance(x: Tensor, target: Target, options: RelevanceOptions): Promise<RelevanceResult> {
    const n = this.#batchOf(x)
    const indices = targetIndices(target, n, this.scoreCount)
    const { composite, epsilon, gamma } = options
    const relevance = tensor(x.dims)
    const scores = new Float64Array(n)
    await this.#chunks(n, 'relevance', async (from, to, b) => {
      const variant = `relevance ${JSON.stringify([composite, epsilon, gamma])}`
      const loaded = await this.engine.load(variant, target.output, b, (at) => {
        const source = this.input.name
        const { model, names } = buildRelevance(at.model, at.shapes, {
          source,
          scoreTensor: SCORES,
          composite,
          epsilon,
          gamma,
        })
        const bounds: Record<string, string> =
          names.low === null || names.high === null ? {} : { low: names.low, high: names.high }
        return {
          model,
          inputs: { x: source, seed: names.seed, ...bounds },
          outputs: { scores: names.scores, relevance: names.relevance },
        }
      })
      const feeds = this.#seeded(x, indices, target, from, to, b)
      for (const bound of ['low', 'high'] as const) {
        if (bound in loaded.about.inputs) feeds[bound] = raw(boundItem(bound, options[bound], this.input))
      }
      const { values, addedMb } = await this.engine.run(loaded, feeds)
      place(relevance, values.relevance, from, to)
      scores.set(this.#picked(values.scores, indices, target, from, to), from)
      return addedMb
    })
    return { scores, relevance }
  }

  async multipliers(
    x: Tensor,
    reference: Tensor,
    target: Target,
    rule: 'rescale' | 'reveal-cancel',
  ): Promise<MultiplierResult> {
    const n = this.#batchOf(x)
    this.#requireReferences(reference, n)
    const indices = targetIndices(target, n, this.scoreCount)
    const multipliers = tensor(x.dims)
    const scores = new Float64Array(n)
    const referenceScores = new Float64Array(n)
    await this.#chunks(n, 'multipliers', async (from, to, b) => {
      const loaded = await this.engine.load(`multipliers ${rule}`, target.output, b, (at) => {
        const source = this.input.name
        const { model, names } = buildMultipliers(at.model, at.shapes, { source, scoreTensor: SCORES, rule })
        const { scores, referenceScores, multipliers } = names
        return {
          model,
          inputs: { x: source, reference: names.reference, seed: names.seed },
          outputs: { scores, referenceScores, multipliers },
        }
      })
      const feeds = this.#seeded(x, indices, target, from, to, b)
      feeds.reference = raw(padded(itemsOf(reference, from, to), b))
      const { values, addedMb } = await this.engine.run(loaded, feeds)
      place(multipliers, values.multipliers, from, to)
      scores.set(this.#picked(values.scores, indices, target, from, to), from)
      referenceScores.set(this.#picked(values.referenceScores, indices, target, from, to), from)
      return addedMb
    })
    return { scores, referenceScores, multipliers }
  }

  /** Cancel, memory and fixed batches in one place: every method above runs through here. `b` is the graph's batch. */
  async #chunks(
    n: number,
    variant: string,
    runOne: (from: number, to: number, b: number) => Promise<number>,
  ): Promise<void> {
    const fixedBatch = await this.engine.fixedBatch(n)
    const settings = { plan: this.engine.plan, variant, signal: this.#signal, fixedBatch }
    await inChunks(n, settings, (from, to) => runOne(from, to, fixedBatch ?? to - from))
  }

  /** Number of items of x, after its shape was compared with the model's input. */
  #batchOf(x: Tensor): number {
    throwIfCancelled(this.#signal)
    const { itemDims, name } = this.input
    if (x.dims.length === itemDims.length + 1 && x.dims[0] > 0 && itemDims.every((d, i) => d === x.dims[i + 1]))
      return x.dims[0]
    throw new SaliscopeError(
      'inference.input',
      `The array has the shape [${x.dims.join(', ')}], and the input ${name} of the model takes [N, ${itemDims.join(', ')}].`,
      { found: x.dims, expected: itemDims },
    )
  }

  #requireReferences(reference: Tensor, items: number): void {
    if (this.#batchOf(reference) === items) return
    throw new SaliscopeError('inference.input', `${reference.dims[0]} references were given for ${items} inputs.`)
  }

  /** Feeds of a run for items [from, to): the input and the rows that select each item's score, padded to the graph's batch. */
  #seeded(
    x: Tensor,
    indices: Int32Array,
    target: Target,
    from: number,
    to: number,
    b: number,
  ): Record<string, RawTensor> {
    const rows = {
      dims: [to - from, this.scoreCount],
      data: seedRows(indices.subarray(from, to), target.negate, this.scoreCount),
    }
    return { x: raw(padded(itemsOf(x, from, to), b)), seed: raw(padded(rows, b)) }
  }

  #picked(scores: RawTensor, indices: Int32Array, target: Target, from: number, to: number): Float64Array {
    return pickScores(float32Of(scores), indices.subarray(from, to), target.negate, this.scoreCount)
  }

  #layer(name: string | null): LayerGeometry {
    return layerGeometry(this.engine.prepared, name)
  }
}

/** Rows in [0, 1] that add up to 1: the file ends in probabilities whose head could not be cut. */
function areProbabilities({ dims, data }: Tensor): boolean {
  const [n, k] = dims
  if (k < 2 || data.some((v) => v < 0 || v > 1)) return false
  return Array.from({ length: n }, (_, i) => data.subarray(i * k, (i + 1) * k)).every(
    (row) => Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-5,
  )
}

function forward(at: AtBatch): Built {
  return { model: at.model, inputs: { x: at.model.graph.inputs[0].name }, outputs: { scores: SCORES } }
}

function tail(at: AtBatch, layer: string): Built {
  const { model, needsInput } = cutTail(at.model, at.shapes, layer, SCORES)
  const x = at.model.graph.inputs[0].name
  return { model, inputs: needsInput ? { layer, x } : { layer }, outputs: { scores: SCORES } }
}

function channelsFirst(value: RawTensor, at: LayerGeometry): RawTensor {
  return raw(permute({ dims: value.dims, data: float32Of(value) }, at.order))
}
