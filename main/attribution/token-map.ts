import type { AttentionLayer, AttentionResult } from '../inference/model-under-study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { resize } from '../tensor/resize.ts'
import { sizeOf, tensor } from '../tensor/tensor.ts'
import { attentionOf } from './attention.ts'
import { itemGeometry } from './item-geometry.ts'
import type { Attribution, MethodInput } from './method.ts'
import { checkSignal, targetOfRows } from './rows.ts'

/** One item's attention matrices: heads × T × T values of weights and gradient. */
export interface ItemAttention {
  readonly heads: number
  readonly tokens: number
  readonly weights: Float32Array
  readonly gradient: Float32Array
}

function itemOf(layer: AttentionLayer, n: number): ItemAttention {
  const [, heads, tokens] = layer.weights.dims
  const size = heads * tokens * tokens
  const part = (data: Float32Array) => data.subarray(n * size, (n + 1) * size)
  return { heads, tokens, weights: part(layer.weights.data), gradient: part(layer.gradient.data) }
}

/** a · b of T×T matrices, in double precision. */
export function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]
      if (factor === 0) continue
      for (let j = 0; j < size; j++) out[i * size + j] += factor * b[k * size + j]
    }
  }
  return out
}

export function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0))
}

/**
 * The tokens that the head reads: those whose looking, in the last layer, moves the score. The class token alone, both tokens of
 * a distilled network, or all patches where their mean is taken; registers are not among them. All tokens where nothing moves it.
 */
function readTokens({ heads, tokens, gradient }: ItemAttention): number[] {
  const size = tokens * tokens
  const moves = (token: number): boolean => {
    for (let h = 0; h < heads; h++) {
      const from = h * size + token * tokens
      if (gradient.subarray(from, from + tokens).some((v) => v !== 0)) return true
    }
    return false
  }
  const all = Array.from({ length: tokens }, (_, token) => token)
  const read = all.filter(moves)
  return read.length > 0 ? read : all
}

/** How far each patch reaches the result: the mean row of the tokens that are read. */
function patchValues(flow: Float64Array, layer: ItemAttention, extra: number): Float64Array {
  const { tokens } = layer
  const mean = new Float64Array(tokens - extra)
  const read = readTokens(layer)
  for (const i of read) for (let j = 0; j < mean.length; j++) mean[j] += flow[i * tokens + extra + j] / read.length
  return mean
}

function laidOver(values: Float64Array, { grid }: AttentionResult, spatial: readonly number[], upsample: string) {
  if (upsample === 'none') return { values, dims: grid }
  if (grid.length !== spatial.length) {
    throw new SaliscopeError(
      'attribution.array-shape',
      `The patches form a grid [${grid.join(', ')}] and the input has the spatial axes [${spatial.join(', ')}], so the map cannot be laid over it; use upsample=none.`,
      { grid, spatial },
    )
  }
  const interpolation = upsample === 'nearest' ? 'nearest' : 'linear'
  return { values: resize(values, grid, spatial, { interpolation }), dims: spatial }
}

/**
 * A map from attention: `flow` turns the layers of one item into a T×T matrix of how much each token (row) draws on each
 * other (column).
 */
export async function tokenMap(
  { model, x, target }: MethodInput,
  upsample: 'bilinear' | 'nearest' | 'none',
  run: Run,
  flow: (layers: readonly ItemAttention[]) => Float64Array,
): Promise<Attribution> {
  const { spatialDims } = itemGeometry(model.input)
  const items = x.dims[0]
  const size = x.data.length / items
  const scores = new Float64Array(items)
  const maps: Float64Array[] = []
  let dims: readonly number[] = []
  const chunk = Math.max(1, model.preferredBatch)
  for (let first = 0; first < items; first += chunk) {
    checkSignal(run)
    run.progress(first, items, 'attention')
    const count = Math.min(chunk, items - first)
    const part = tensor([count, ...x.dims.slice(1)], x.data.subarray(first * size, (first + count) * size))
    const rows = Array.from({ length: count }, (_, r) => first + r)
    const result = await attentionOf(model, part, targetOfRows(target, rows))
    scores.set(result.scores, first)
    for (let n = 0; n < count; n++) {
      const layers = result.layers.map((layer) => itemOf(layer, n))
      const values = patchValues(flow(layers), layers[layers.length - 1], result.extraTokens)
      const placed = laidOver(values, result, spatialDims, upsample)
      dims = placed.dims
      maps.push(placed.values)
    }
  }
  run.progress(items, items, 'attention')
  const map = tensor([items, 1, ...dims])
  maps.forEach((values, n) => {
    map.data.set(values, n * sizeOf(dims))
  })
  return { map, scores, check: null, warnings: [] }
}
