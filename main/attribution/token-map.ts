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

/** A row of how much is drawn on each token above a layer, taken below it. */
export type TokenStep = (row: Float64Array, layer: ItemAttention) => Float64Array

function itemOf(layer: AttentionLayer, n: number): ItemAttention {
  const [, heads, tokens] = layer.weights.dims
  const size = heads * tokens * tokens
  const part = (data: Float32Array) => data.subarray(n * size, (n + 1) * size)
  return { heads, tokens, weights: part(layer.weights.data), gradient: part(layer.gradient.data) }
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

/** row · matrix: what each token draws from, one layer further down. */
export function through(row: Float64Array, matrix: Float64Array): Float64Array {
  const tokens = row.length
  const out = new Float64Array(tokens)
  for (let i = 0; i < tokens; i++) {
    const share = row[i]
    if (share === 0) continue
    for (let j = 0; j < tokens; j++) out[j] += share * matrix[i * tokens + j]
  }
  return out
}

/**
 * How far each patch reaches the tokens that are read, in the mean: their row of A_L · … · A_1, walked from the last layer to
 * the first, which takes T² products a layer where the whole matrix takes T³.
 */
function patchValues(layers: readonly ItemAttention[], step: TokenStep, extra: number): Float64Array {
  const last = layers[layers.length - 1]
  const read = readTokens(last)
  const row = new Float64Array(last.tokens)
  for (const token of read) row[token] = 1 / read.length
  return layers.reduceRight<Float64Array>((below, layer) => step(below, layer), row).slice(extra)
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
 * A map from attention: how far each patch reaches the tokens that the head reads, `step` by step through the layers.
 */
export async function tokenMap(
  { model, x, target }: MethodInput,
  upsample: 'bilinear' | 'nearest' | 'none',
  run: Run,
  step: TokenStep,
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
      const values = patchValues(layers, step, result.extraTokens)
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
