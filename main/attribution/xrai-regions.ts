import { neighbourGraph, segmentGraph } from '../segmentation/felzenszwalb.ts'
import { pictureOf, renumbered } from '../segmentation/segmenter.ts'
import { resize } from '../tensor/resize.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'
import { requireDims, squeezeTo } from './array-parameter.ts'
import type { ItemGeometry } from './item-geometry.ts'
import type { Region } from './region-growing.ts'
import { scaledChannels } from './segments.ts'

/** PAIR's settings: six scales on a picture of 224 × 224, regions grown by five positions. */
const scales = [50, 100, 150, 250, 500, 1200]
const sigma = 0.8
const minimumSize = 150
const segmentationSize = 224
const dilation = 5

/** Positions of every label of a map, rising. */
function regionsOfLabels(labels: Int32Array): Region[] {
  const count = labels.reduce((most, label) => Math.max(most, label), 0) + 1
  const sizes = new Int32Array(count)
  for (const label of labels) sizes[label]++
  const regions = Array.from(sizes, (size) => new Int32Array(size))
  const next = new Int32Array(count)
  labels.forEach((label, q) => {
    regions[label][next[label]++] = q
  })
  return regions
}

/** Steps within a Euclidean ball. */
function ballSteps(rank: number, radius: number): number[][] {
  let steps: number[][] = [[]]
  for (let axis = 0; axis < rank; axis++)
    steps = steps.flatMap((s) => Array.from({ length: 2 * radius + 1 }, (_, i) => [...s, i - radius]))
  return steps.filter((s) => s.reduce((sum, d) => sum + d * d, 0) <= radius * radius)
}

/** A region grown by a ball; only positions on its rim can reach out of it. */
function dilated(
  region: Region,
  dims: readonly number[],
  steps: readonly number[][],
  stamp: Int32Array,
  mark: number,
): Region {
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)))
  const inside = new Set(region)
  for (const q of region) stamp[q] = mark
  for (const q of region) {
    const place = dims.map((d, axis) => Math.floor(q / strides[axis]) % d)
    const interior = dims.every(
      (d, axis) =>
        place[axis] > 0 && place[axis] < d - 1 && inside.has(q - strides[axis]) && inside.has(q + strides[axis]),
    )
    if (interior) continue
    for (const step of steps) {
      let at = 0
      let within = true
      for (let axis = 0; axis < dims.length; axis++) {
        const to = place[axis] + step[axis]
        if (to < 0 || to >= dims[axis]) {
          within = false
          break
        }
        at += to * strides[axis]
      }
      if (within) stamp[at] = mark
    }
  }
  const out: number[] = []
  for (let q = 0; q < stamp.length; q++) if (stamp[q] === mark) out.push(q)
  return Int32Array.from(out)
}

/** Label maps of all scales: 2-D on the picture resized to 224 × 224, others at their own size. */
function levelsOf(channels: Float64Array, geometry: ItemGeometry): Int32Array[] {
  const { spatialDims } = geometry
  const flat = spatialDims.length === 2
  const size = flat ? [segmentationSize, segmentationSize] : spatialDims
  const picture = flat
    ? resize(channels, [geometry.channels, ...spatialDims], [geometry.channels, ...size], {
        interpolation: 'cubic',
        antialias: true,
        outside: 'zero',
      })
    : channels
  const graph = neighbourGraph(pictureOf(picture, geometry.channels, size), sigma)
  return scales.map((scale) => {
    const labels = segmentGraph(graph, scale, minimumSize)
    return flat
      ? Int32Array.from(resize(Float64Array.from(labels), size, spatialDims, { interpolation: 'nearest' }))
      : labels
  })
}

/**
 * XRAI's own regions: Felzenszwalb at six scales on the item scaled to −1 … 1, every label one region, grown by a ball of radius 5.
 *
 * A constant item is one region. For volumes the source defines nothing: they are cut in 3-D at their own size.
 *
 * source  Kapishnikov et al. 2019, arXiv:1906.02825; PAIR saliency XRAI
 */
export function automaticRegions(x: Float32Array, geometry: ItemGeometry): Region[] {
  const channels = scaledChannels(x, geometry, -1)
  if (!channels) return [Int32Array.from({ length: geometry.positions }, (_, q) => q)]
  const steps = ballSteps(geometry.spatialDims.length, dilation)
  const stamp = new Int32Array(geometry.positions)
  let mark = 0
  return levelsOf(channels, geometry).flatMap((labels) =>
    regionsOfLabels(renumbered(labels)).map((region) => dilated(region, geometry.spatialDims, steps, stamp, ++mark)),
  )
}

/**
 * Regions given as label maps [K, …spatial] (or one [...spatial]): every label of every level, 0 too, as it stands.
 *
 * errors  attribution.array-shape
 */
export function givenRegions(segments: Tensor, geometry: ItemGeometry): Region[] {
  const { spatialDims, positions } = geometry
  const dims = squeezeTo(segments.dims, spatialDims.length + 1)
  const levels = dims.length === spatialDims.length + 1 ? dims[0] : 1
  requireDims('segments', segments, dims.length === spatialDims.length + 1 ? [levels, ...spatialDims] : spatialDims)
  return Array.from({ length: levels }, (_, k) =>
    regionsOfLabels(renumbered(segments.data.subarray(k * positions, (k + 1) * positions))),
  ).flat()
}
