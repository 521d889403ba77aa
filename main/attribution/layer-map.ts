import { z } from 'zod'
import type { LayerResult } from '../inference/model-under-study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { resize } from '../tensor/resize.ts'
import { sizeOf, tensor } from '../tensor/tensor.ts'
import { itemGeometry } from './item-geometry.ts'
import type { Attribution, Method, MethodInput, MethodNeed } from './method.ts'
import { checkSignal, targetOfRows } from './rows.ts'

export const upsampleSchema = z.enum(['bilinear', 'nearest', 'none']).default('bilinear').meta({
  title: 'Upsample',
  description:
    'How the layer’s map is brought to the size of the input (half-pixel centres; trilinear in 3-D), or none: the layer’s own size.',
})

export const layerMapParameters = z.strictObject({
  relu: z
    .boolean()
    .default(true)
    .meta({ title: 'ReLU', description: 'Sets negative evidence to zero, before resizing.' }),
  upsample: upsampleSchema,
})
export type LayerMapParameters = z.infer<typeof layerMapParameters>

/** Activation and gradient of one item at the layer: K channels of `positions` values each. */
export interface LayerItem {
  readonly score: number
  readonly activation: Float32Array
  readonly gradient: Float32Array
  readonly channels: number
  readonly positions: number
}

/** Item n of a layer result. */
export function layerItem(result: LayerResult, n: number): LayerItem {
  const [, channels, ...spatial] = result.activation.dims
  const positions = sizeOf(spatial)
  const size = channels * positions
  return {
    score: result.scores[n],
    activation: result.activation.data.subarray(n * size, (n + 1) * size),
    gradient: result.gradient.data.subarray(n * size, (n + 1) * size),
    channels,
    positions,
  }
}

/** Σ_k w_k A_k per position. */
export function weightedChannels({ activation, channels, positions }: LayerItem, weights: Float64Array): Float64Array {
  const map = new Float64Array(positions)
  for (let k = 0; k < channels; k++) {
    for (let s = 0; s < positions; s++) map[s] += weights[k] * activation[k * positions + s]
  }
  return map
}

/** One value per channel. */
export function perChannel(channels: number, value: (k: number) => number): Float64Array {
  return Float64Array.from({ length: channels }, (_, k) => value(k))
}

/** ReLU first, then resized to the input's spatial size. */
export function finishLayerMap(
  map: Float64Array,
  layerDims: readonly number[],
  spatialDims: readonly number[],
  p: LayerMapParameters,
): Float64Array {
  const signed = p.relu ? map.map((v) => Math.max(0, v)) : map
  if (p.upsample === 'none') return signed
  return resize(signed, layerDims, spatialDims, { interpolation: p.upsample === 'nearest' ? 'nearest' : 'linear' })
}

/** The layer's spatial axes must be as many as the input's before one can be laid over the other. */
function outputDims(
  layerDims: readonly number[],
  spatialDims: readonly number[],
  p: LayerMapParameters,
): readonly number[] {
  if (p.upsample === 'none') return layerDims
  if (layerDims.length !== spatialDims.length) {
    throw new SaliscopeError(
      'attribution.array-shape',
      `The layer has ${layerDims.length} spatial axes [${layerDims.join(', ')}] and the input ${spatialDims.length} [${spatialDims.join(', ')}], so its map cannot be laid over the input; use upsample=none or another layer.`,
      { layerDims, spatialDims },
    )
  }
  return spatialDims
}

/** Batches of `preferredBatch` items at the layer, one item handed over at a time. */
export async function forEachLayerItem(
  { model, x, target, layer }: MethodInput,
  run: Run,
  work: (item: LayerItem, index: number, result: LayerResult) => Promise<void> | void,
): Promise<void> {
  const items = x.dims[0]
  const size = x.data.length / items
  const chunk = Math.max(1, model.preferredBatch)
  for (let first = 0; first < items; first += chunk) {
    checkSignal(run)
    run.progress(first, items, 'layer')
    const count = Math.min(chunk, items - first)
    const part = tensor([count, ...x.dims.slice(1)], x.data.subarray(first * size, (first + count) * size))
    const rows = Array.from({ length: count }, (_, r) => first + r)
    const result = await model.layer(part, targetOfRows(target, rows), layer)
    for (let r = 0; r < count; r++) await work(layerItem(result, r), first + r, result)
  }
  run.progress(items, items, 'layer')
}

/** What distinguishes one method of the class activation family from another. */
export interface LayerMapRecipe<P extends LayerMapParameters = LayerMapParameters> {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly needs: readonly MethodNeed[]
  cost: Method<P>['cost']
  readonly parameters: z.ZodType<P>
  /** The map at the layer's own positions, before ReLU and resizing. */
  map(item: LayerItem, context: LayerMapContext<P>): Promise<Float64Array> | Float64Array
}

export interface LayerMapContext<P extends LayerMapParameters = LayerMapParameters> {
  readonly parameters: P
  readonly input: MethodInput
  /** Which item of the batch. */
  readonly index: number
  readonly score: number
  readonly layer: string
  readonly layerDims: readonly number[]
  readonly run: Run
  warn(sentence: string): void
}

async function runRecipe<P extends LayerMapParameters>(
  recipe: LayerMapRecipe<P>,
  input: MethodInput,
  p: P,
  run: Run,
): Promise<Attribution> {
  const { spatialDims } = itemGeometry(input.model.input)
  const items = input.x.dims[0]
  const scores = new Float64Array(items)
  const warnings = new Set<string>()
  const parts: Float64Array[] = []
  let dims: readonly number[] = []
  await forEachLayerItem(input, run, async (item, index, result) => {
    const layerDims = result.activation.dims.slice(2)
    dims = outputDims(layerDims, spatialDims, p)
    scores[index] = item.score
    const warn = (sentence: string) => warnings.add(sentence)
    const raw = await recipe.map(item, {
      parameters: p,
      input,
      index,
      score: scores[index],
      layer: result.layer,
      layerDims,
      run,
      warn,
    })
    const map = finishLayerMap(raw, layerDims, spatialDims, p)
    parts.push(map)
  })
  const size = sizeOf(dims)
  const map = tensor([items, 1, ...dims])
  parts.forEach((part, index) => {
    map.data.set(part, index * size)
  })
  return { map, scores, check: null, warnings: [...warnings] }
}

/** A method of the class activation family from its formula; `parameters` where it has more than all of them. */
export function layerMapMethod(recipe: Omit<LayerMapRecipe, 'parameters'>): Method<LayerMapParameters> {
  return layerMapMethodWith({ ...recipe, parameters: layerMapParameters })
}

export function layerMapMethodWith<P extends LayerMapParameters>(recipe: LayerMapRecipe<P>): Method<P> {
  const { id, title, summary, source, needs, cost, parameters } = recipe
  return {
    id,
    version: 1,
    title,
    summary,
    source,
    family: 'cam',
    output: 'position',
    needs,
    parameters,
    cost,
    run: (input, p, run) => runRecipe(recipe, input, p, run),
  }
}
