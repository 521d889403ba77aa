import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts'
import { attentionLayers } from './attention-layers.ts'
import { boundItem } from './bounds.ts'
import { itemsOf, padded } from './chunks.ts'
import type { Built, Engine } from './engine.ts'
import { type LayerGeometry, layerGeometry } from './layers.ts'
import { toChannelsFirst } from './layout.ts'
import type {
  AttentionResult,
  BackwardRule,
  GradientResult,
  InputDescription,
  LayerResult,
  LayerTrace,
  ModelUnderStudy,
  MultiplierResult,
  RelevanceOptions,
  RelevanceResult,
  SeveralTargets,
  Target,
} from './model-under-study.ts'
import {
  addTrace,
  attentionPass,
  forwardPass,
  gradientPass,
  layerPass,
  mapPass,
  multiplierPass,
  relevancePass,
  tailPass,
} from './passes.ts'
import { inverse, permute } from './permute.ts'
import { type Feeds, type Job, place, Runner, raw } from './runner.ts'
import { areProbabilities, probabilitiesOf } from './score-head.ts'
import { float32Of, type RawTensor } from './session.ts'
import { noScoreMap, pickScores, targetIndices } from './target.ts'
import { inGroups } from './target-groups.ts'

/** Larger batches of perturbed images only take memory. */
const MOST_PREFERRED = 32

/** The ONNX implementation of what methods and metrics see of a model. One object per computation: it carries the signal. */
export class OnnxModelUnderStudy implements ModelUnderStudy {
  readonly input: InputDescription
  readonly scoreCount: number
  readonly engine: Engine
  readonly #runner: Runner

  constructor(engine: Engine, signal: AbortSignal) {
    this.engine = engine
    this.#runner = new Runner(engine, signal)
    this.input = engine.prepared.input
    this.scoreCount = engine.prepared.scoreCount
  }

  get preferredBatch(): number {
    const side = this.engine.lanes('gradient')
    if (side === null) return Math.min(MOST_PREFERRED, this.engine.plan.chunk('gradient'))
    const round = side.lanes * side.items
    return round * Math.max(1, Math.floor(MOST_PREFERRED / round))
  }

  get leavesThreadFree(): boolean {
    return this.engine.lanes('gradient') !== null
  }

  /** Spatial shape of the score map of a segmentation model, else null. */
  get scoreMapDims(): readonly number[] | null {
    return this.engine.prepared.one.scoreMap?.spatial ?? null
  }

  async scores(x: Tensor, output: Target['output'], mask: Tensor | null = null): Promise<Tensor> {
    const scores = tensor([this.#runner.batchOf(x), this.scoreCount])
    const target = { index: 0, output, negate: false, mask }
    await this.#runner.run(x, { pass: forwardPass, targets: [target], isSeeded: false }, ({ from, to, values }) =>
      place(scores, values.scores, from, to),
    )
    return scores
  }

  /**
   * The logits at every position of a segmentation model's output, [N, K, …spatial].
   *
   * errors  inference.target: the model has no such output
   */
  async scoreMap(x: Tensor): Promise<Tensor> {
    const { scoreMap } = this.engine.prepared.one
    if (scoreMap === null) throw noScoreMap()
    const { spatial, channelAxis } = scoreMap
    const map = tensor([this.#runner.batchOf(x), this.scoreCount, ...spatial])
    const order = toChannelsFirst(spatial.length + 2, channelAxis)
    const target: Target = { index: 0, output: 'logit', negate: false }
    await this.#runner.run(
      x,
      { pass: mapPass(scoreMap.tensor), targets: [target], isSeeded: false },
      ({ from, to, values }) => {
        const { dims } = values.map
        place(map, raw(permute({ dims, data: float32Of(values.map) }, order)), from, to)
      },
    )
    return map
  }

  async probabilities(x: Tensor): Promise<Tensor> {
    const { probabilityKind, head } = this.engine.prepared
    const logits = await this.scores(x, 'logit')
    if (head === 'none' && areProbabilities(logits)) return logits
    return { dims: logits.dims, data: probabilitiesOf(logits.data, this.scoreCount, probabilityKind) }
  }

  async explained(x: Tensor, target: Target): Promise<Float64Array> {
    const indices = targetIndices(target, this.#runner.batchOf(x), this.scoreCount)
    const scores = await this.scores(x, target.output, target.mask ?? null)
    return pickScores(scores.data, indices, target.negate, this.scoreCount)
  }

  async gradient(x: Tensor, target: Target, rule: BackwardRule = 'plain'): Promise<GradientResult> {
    return (await this.#gradients(x, [target], rule))[0]
  }

  async layer(x: Tensor, target: Target, layer: string | null): Promise<LayerResult> {
    return (await this.#layers(x, [target], layer))[0]
  }

  async relevance(x: Tensor, target: Target, options: RelevanceOptions): Promise<RelevanceResult> {
    return (await this.#relevances(x, [target], options))[0]
  }

  async multipliers(
    x: Tensor,
    reference: Tensor,
    target: Target,
    rule: 'rescale' | 'reveal-cancel',
    trace = false,
  ): Promise<MultiplierResult> {
    return (await this.#multipliers(x, reference, [target], rule, trace))[0]
  }

  readonly together: SeveralTargets = {
    gradient: (x, targets, rule = 'plain') => inGroups(targets, (part) => this.#gradients(x, part, rule)),
    layer: (x, targets, layer) => inGroups(targets, (part) => this.#layers(x, part, layer)),
    relevance: (x, targets, options) => inGroups(targets, (part) => this.#relevances(x, part, options)),
    multipliers: (x, reference, targets, rule) =>
      inGroups(targets, (part) => this.#multipliers(x, reference, part, rule, false)),
  }

  async fromLayer(x: Tensor, target: Target, layer: string | null, activation: Tensor): Promise<Float64Array> {
    this.#runner.batchOf(x)
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
    const feeds = (from: number, to: number, b: number) => ({
      layer: raw(permute(padded(itemsOf(activation, from, to), b), inverse(at.order))),
    })
    const job: Job = { pass: tailPass(at.name), targets: [target], feeds, isSeeded: false, rows: n }
    await this.#runner.run(x, job, ({ from, to, values }) => {
      scores.set(this.#picked(values.scores, indices, target, from, to), from)
    })
    return scores
  }

  async attention(x: Tensor, target: Target): Promise<AttentionResult> {
    const n = this.#runner.batchOf(x)
    const { tensors, tokens, grid, extraTokens } = attentionLayers(this.engine.prepared)
    const indices = targetIndices(target, n, this.scoreCount)
    const scores = new Float64Array(n)
    const { shapes, batch } = this.engine.prepared.one
    const layers = tensors.map((name) => {
      const heads = sizeOf(shapes.get(name)?.dims ?? []) / (batch * tokens * tokens)
      const dims = [n, heads, tokens, tokens]
      return { tensor: name, weights: tensor(dims), gradient: tensor(dims) }
    })
    const job: Job = { pass: attentionPass(tensors), targets: [target], isSeeded: true }
    await this.#runner.run(x, job, ({ from, to, values }) => {
      scores.set(this.#picked(values.scores, indices, target, from, to), from)
      for (const [l, layer] of layers.entries()) {
        place(layer.weights, values[`weights${l}`], from, to)
        place(layer.gradient, values[`gradient${l}`], from, to)
      }
    })
    return { scores, layers, grid, extraTokens }
  }

  async #gradients(x: Tensor, targets: readonly Target[], rule: BackwardRule): Promise<GradientResult[]> {
    const results = this.#results(x, targets, () => ({ gradient: tensor(x.dims) }))
    await this.#runner.run(x, { pass: gradientPass(rule), targets, isSeeded: true }, ({ from, to, values }) => {
      for (const [t, result] of results.entries()) {
        place(result.gradient, values[`result${t}`], from, to)
        result.scores.set(this.#picked(values.scores, result.indices, targets[t], from, to), from)
      }
    })
    return results.map(({ scores, gradient }) => ({ scores, gradient }))
  }

  async #layers(x: Tensor, targets: readonly Target[], layer: string | null): Promise<LayerResult[]> {
    const at = this.#layer(layer)
    const dims = [this.#runner.batchOf(x), ...at.dims]
    const activation = tensor(dims)
    const results = this.#results(x, targets, () => ({ gradient: tensor(dims) }))
    await this.#runner.run(x, { pass: layerPass(at.name), targets, isSeeded: true }, ({ from, to, values }) => {
      place(activation, channelsFirst(values.activation, at), from, to)
      for (const [t, result] of results.entries()) {
        place(result.gradient, channelsFirst(values[`result${t}`], at), from, to)
        result.scores.set(this.#picked(values.scores, result.indices, targets[t], from, to), from)
      }
    })
    return results.map(({ scores, gradient }) => ({ scores, layer: at.name, activation, gradient }))
  }

  async #relevances(x: Tensor, targets: readonly Target[], options: RelevanceOptions): Promise<RelevanceResult[]> {
    const results = this.#results(x, targets, (n) => ({ relevance: tensor(x.dims), bias: new Float64Array(n) }))
    const trace: LayerTrace[] = []
    let isBooked = true
    const feeds = (_from: number, _to: number, _b: number, { inputs }: Built): Feeds =>
      Object.fromEntries(
        (['low', 'high'] as const)
          .filter((bound) => bound in inputs)
          .map((bound) => [bound, raw(boundItem(bound, options[bound], this.input))]),
      )
    const job: Job = {
      pass: relevancePass(options),
      targets,
      feeds,
      isSeeded: true,
      ...(options.trace === true ? { items: 1 } : {}),
    }
    await this.#runner.run(x, job, ({ from, to, values, about }) => {
      addTrace(trace, about.rows, values, to - from)
      for (const [t, result] of results.entries()) {
        place(result.relevance, values[`result${t}`], from, to)
        result.scores.set(this.#picked(values.scores, result.indices, targets[t], from, to), from)
        const bias = `bias${t}` in values ? float32Of(values[`bias${t}`]).subarray(0, to - from) : null
        if (bias === null) isBooked = false
        else result.bias.set(bias, from)
      }
    })
    return results.map(({ scores, relevance, bias }) => ({
      scores,
      relevance,
      bias: isBooked ? bias : null,
      trace: options.trace === true ? trace : null,
    }))
  }

  async #multipliers(
    x: Tensor,
    reference: Tensor,
    targets: readonly Target[],
    rule: 'rescale' | 'reveal-cancel',
    withTrace: boolean,
  ): Promise<MultiplierResult[]> {
    const n = this.#runner.batchOf(x)
    this.#requireReferences(reference, n)
    const results = this.#results(x, targets, () => ({
      multipliers: tensor(x.dims),
      referenceScores: new Float64Array(n),
    }))
    const trace: LayerTrace[] = []
    const feeds = (from: number, to: number, b: number) => ({
      reference: raw(padded(itemsOf(reference, from, to), b)),
    })
    const pass = multiplierPass(rule, withTrace)
    const job: Job = { pass, targets, feeds, isSeeded: true, ...(withTrace ? { items: 1 } : {}) }
    await this.#runner.run(x, job, ({ from, to, values, about }) => {
      addTrace(trace, about.rows, values, to - from)
      for (const [t, result] of results.entries()) {
        place(result.multipliers, values[`result${t}`], from, to)
        result.scores.set(this.#picked(values.scores, result.indices, targets[t], from, to), from)
        result.referenceScores.set(this.#picked(values.referenceScores, result.indices, targets[t], from, to), from)
      }
    })
    return results.map(({ scores, referenceScores, multipliers }) => ({
      scores,
      referenceScores,
      multipliers,
      trace: withTrace ? trace : null,
    }))
  }

  /** Room for the results of every target. */
  #results<T extends object>(x: Tensor, targets: readonly Target[], make: (items: number) => T) {
    const n = this.#runner.batchOf(x)
    return targets.map((target) => ({
      ...make(n),
      indices: targetIndices(target, n, this.scoreCount),
      scores: new Float64Array(n),
    }))
  }

  #requireReferences(reference: Tensor, items: number): void {
    if (this.#runner.batchOf(reference) === items) return
    throw new SaliscopeError('inference.input', `${reference.dims[0]} references were given for ${items} inputs.`)
  }

  #picked(scores: RawTensor, indices: Int32Array, target: Target, from: number, to: number): Float64Array {
    return pickScores(float32Of(scores), indices.subarray(from, to), target.negate, this.scoreCount)
  }

  #layer(name: string | null): LayerGeometry {
    return layerGeometry(this.engine.prepared, name)
  }
}

function channelsFirst(value: RawTensor, at: LayerGeometry): RawTensor {
  return raw(permute({ dims: value.dims, data: float32Of(value) }, at.order))
}
