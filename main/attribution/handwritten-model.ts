import type { LayerResult, ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import type { Run } from '../shared/run.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'

/** A model for tests, written by hand: scores and their gradients of one item, in double precision. */
export interface HandwrittenModel {
  readonly itemDims: readonly number[]
  readonly channelAxis: number | null
  readonly scoreCount: number
  scores(x: Float32Array): number[]
  gradient(x: Float32Array, k: number): ArrayLike<number>
  /** Activation [K, …dims] of one item, and the scores as a function of it. */
  readonly layer?: {
    readonly dims: readonly number[]
    activation(x: Float32Array): ArrayLike<number>
    gradient(activation: Float32Array, k: number): ArrayLike<number>
    scores(activation: Float32Array): number[]
  }
  readonly preferredBatch?: number
}

/** Run that is never stopped and says nothing. */
export const silentRun: Run = { signal: new AbortController().signal, progress: () => {} }

const unsupported = (name: string) => (): never => {
  throw new Error(`The handwritten model has no ${name}.`)
}

function probabilitiesOf(scores: readonly number[]): number[] {
  if (scores.length === 1) return [1 / (1 + Math.exp(-scores[0]))]
  const top = Math.max(...scores)
  const powers = scores.map((s) => Math.exp(s - top))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((p) => p / sum)
}

/** Wraps a handwritten model as the contract asks; DeepLIFT and LRP are left to real graphs. */
export function modelFrom(hand: HandwrittenModel): ModelUnderStudy & { rowsSeen(): number } {
  let rows = 0
  const items = (x: Tensor) => {
    const size = x.data.length / x.dims[0]
    rows += x.dims[0]
    return Array.from({ length: x.dims[0] }, (_, n) => x.data.subarray(n * size, (n + 1) * size))
  }
  const indexOf = (target: Target, n: number) => (typeof target.index === 'number' ? target.index : target.index[n])
  const sign = (target: Target) => (target.negate ? -1 : 1)
  const score = (scores: readonly number[], target: Target, n: number) =>
    sign(target) * (target.output === 'probability' ? probabilitiesOf(scores) : scores)[indexOf(target, n)]
  const layerOf = (x: Tensor, target: Target): LayerResult => {
    const { layer } = hand
    if (!layer) return unsupported('layer')()
    const activations = items(x).map((item) => Float32Array.from(layer.activation(item)))
    const gradients = activations.map((a, n) =>
      Float32Array.from(layer.gradient(a, indexOf(target, n)), (g) => sign(target) * g),
    )
    const join = (parts: Float32Array[]) =>
      tensor([parts.length, ...layer.dims], Float32Array.from(parts.flatMap((p) => [...p])))
    return {
      scores: Float64Array.from(activations, (a, n) => score(layer.scores(a), target, n)),
      layer: 'layer',
      activation: join(activations),
      gradient: join(gradients),
    }
  }
  return {
    input: {
      name: 'x',
      itemDims: hand.itemDims,
      channelAxis: hand.channelAxis,
      spatialAxes: hand.itemDims.map((_, axis) => axis).filter((axis) => axis !== hand.channelAxis),
    },
    scoreCount: hand.scoreCount,
    preferredBatch: hand.preferredBatch ?? 4,
    rowsSeen: () => rows,
    scores: async (x, output) =>
      tensor(
        [x.dims[0], hand.scoreCount],
        Float32Array.from(
          items(x).flatMap((item) => (output === 'logit' ? hand.scores(item) : probabilitiesOf(hand.scores(item)))),
        ),
      ),
    probabilities: async (x) =>
      tensor(
        [x.dims[0], hand.scoreCount],
        Float32Array.from(items(x).flatMap((item) => probabilitiesOf(hand.scores(item)))),
      ),
    explained: async (x, target) => Float64Array.from(items(x), (item, n) => score(hand.scores(item), target, n)),
    gradient: async (x, target) => {
      const parts = items(x)
      const data = Float32Array.from(
        parts.flatMap((item, n) => Array.from(hand.gradient(item, indexOf(target, n)), (g) => sign(target) * g)),
      )
      return {
        scores: Float64Array.from(parts, (item, n) => score(hand.scores(item), target, n)),
        gradient: tensor(x.dims, data),
      }
    },
    layer: async (x, target) => layerOf(x, target),
    fromLayer: async (x, target, _layer, activation) => {
      const { layer } = hand
      if (!layer) return unsupported('layer')()
      const size = activation.data.length / x.dims[0]
      return Float64Array.from({ length: x.dims[0] }, (_, n) =>
        score(layer.scores(activation.data.subarray(n * size, (n + 1) * size)), target, n),
      )
    },
    relevance: unsupported('relevance'),
    multipliers: unsupported('multipliers'),
  }
}

/** f_k(x) = Σ w_k·x + b_k. */
export function linearModel(
  weights: readonly (readonly number[])[],
  itemDims: readonly number[],
  channelAxis: number | null = 0,
): HandwrittenModel {
  return {
    itemDims,
    channelAxis,
    scoreCount: weights.length,
    scores: (x) => weights.map((w, k) => w.reduce((s, v, i) => s + v * x[i], k)),
    gradient: (_x, k) => weights[k],
  }
}

/** f(x) = Σ c_i x_i²: ∇f = 2cx, and ∫ along the straight path from 0 gives c x². */
export function quadraticModel(
  c: readonly number[],
  itemDims: readonly number[],
  channelAxis: number | null = 0,
): HandwrittenModel {
  return {
    itemDims,
    channelAxis,
    scoreCount: 1,
    scores: (x) => [c.reduce((s, v, i) => s + v * x[i] * x[i], 0)],
    gradient: (x) => c.map((v, i) => 2 * v * x[i]),
  }
}

export const logit = (index: Target['index'] = 0): Target => ({ index, output: 'logit', negate: false })
