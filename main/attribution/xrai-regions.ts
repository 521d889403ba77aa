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
const ballRadius = 5

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

/** A row of a Euclidean ball along the last axis: where it lies on the other axes, and how far it reaches to both sides. */
interface BallRow {
  readonly step: readonly number[]
  readonly reach: number
}

function ballRows(rank: number, radius: number): BallRow[] {
  let steps: number[][] = [[]]
  for (let axis = 0; axis < rank - 1; axis++)
    steps = steps.flatMap((s) => Array.from({ length: 2 * radius + 1 }, (_, i) => [...s, i - radius]))
  return steps.flatMap((step) => {
    const left = radius * radius - step.reduce((sum, d) => sum + d * d, 0)
    return left < 0 ? [] : [{ step, reach: Math.floor(Math.sqrt(left)) }]
  })
}

/** Grows regions by a ball, run by run along the last axis. */
class Dilation {
  readonly #dims: readonly number[]
  readonly #strides: readonly number[]
  readonly #rows: readonly BallRow[]
  readonly #stamp: Int32Array
  /** A region and its grown form lie no further apart than this in C order. */
  readonly #far: number
  #mark = 0

  constructor(dims: readonly number[], radius: number) {
    this.#dims = dims
    this.#strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)))
    this.#rows = ballRows(dims.length, radius)
    this.#stamp = new Int32Array(sizeOf(dims))
    this.#far = radius * this.#strides.reduce((a, b) => a + b, 0)
  }

  grown(region: Region): Region {
    this.#mark++
    for (let first = 0; first < region.length; ) {
      const row = Math.floor(region[first] / this.#rowLength)
      let last = first
      while (last + 1 < region.length && region[last + 1] === region[last] + 1 && this.#rowOf(region[last + 1]) === row)
        last++
      this.#stampRun(row, region[first] - row * this.#rowLength, region[last] - row * this.#rowLength)
      first = last + 1
    }
    return this.#collected(Math.max(0, region[0] - this.#far), region[region.length - 1] + this.#far + 1)
  }

  get #rowLength(): number {
    return this.#dims[this.#dims.length - 1]
  }

  #rowOf(q: number): number {
    return Math.floor(q / this.#rowLength)
  }

  #stampRun(row: number, low: number, high: number): void {
    const length = this.#rowLength
    const others = this.#dims.length - 1
    for (const { step, reach } of this.#rows) {
      let at = row * length
      let within = true
      for (let axis = 0; axis < others && within; axis++) {
        const to = (Math.floor((row * length) / this.#strides[axis]) % this.#dims[axis]) + step[axis]
        within = to >= 0 && to < this.#dims[axis]
        at += step[axis] * this.#strides[axis]
      }
      if (within) this.#stamp.fill(this.#mark, at + Math.max(0, low - reach), at + Math.min(length, high + reach + 1))
    }
  }

  #collected(from: number, to: number): Region {
    const end = Math.min(to, this.#stamp.length)
    let count = 0
    for (let q = from; q < end; q++) if (this.#stamp[q] === this.#mark) count++
    const out = new Int32Array(count)
    let at = 0
    for (let q = from; q < end; q++) if (this.#stamp[q] === this.#mark) out[at++] = q
    return out
  }
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
      ? Int32Array.from(
          resize(Float64Array.from(labels), size, spatialDims, { interpolation: 'nearest', ties: 'scipy' }),
        )
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
  const dilation = new Dilation(geometry.spatialDims, ballRadius)
  return levelsOf(channels, geometry).flatMap((labels) =>
    regionsOfLabels(renumbered(labels)).map((region) => dilation.grown(region)),
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
