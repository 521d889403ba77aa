import { z } from 'zod'
import { gaussianBlur } from '../tensor/gaussian.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { connectedLabels } from './connectivity.ts'
import { labFromRgb } from './lab.ts'
import { type Picture, positionsOf, renumbered, type Segmenter } from './segmenter.ts'

const parameters = z.strictObject({
  segments: z.number().int().min(1).max(1_000_000).default(100).meta({
    title: 'Segments',
    description: 'Roughly how many; the number returned is rarely the number asked for.',
    unit: 'segments',
  }),
  compactness: z.number().gt(0).max(1e9).default(10).meta({
    title: 'Compactness',
    description: 'Weight of distance against colour: larger values give squarer segments.',
  }),
  iterations: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .meta({ title: 'Iterations', description: 'Rounds of clustering at most.', unit: 'rounds' }),
  sigma: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .meta({ title: 'Sigma', description: 'Gaussian blur before clustering.', unit: 'positions' }),
  connected: z
    .boolean()
    .default(true)
    .meta({ title: 'Connected', description: 'Joins scattered pieces to a neighbour and splits oversized segments.' }),
})
export type SlicParameters = z.infer<typeof parameters>

type Dims3 = readonly [number, number, number]

/**
 * Starts and steps of a regular grid of about n points: near-cubic spacing, axes too short for a step get one point.
 *
 * source  scikit-image regular_grid
 */
export function regularGrid(dims: readonly number[], n: number): { start: number; step: number }[] {
  const rank = dims.length
  const size = sizeOf(dims)
  if (size <= n) return dims.map(() => ({ start: 0, step: 1 }))
  const bySize = dims.map((_, axis) => axis).sort((i, j) => dims[i] - dims[j])
  const sorted = bySize.map((axis) => dims[axis])
  const steps = new Array<number>(rank).fill((size / n) ** (1 / rank))
  for (let d = 0; d < rank && sorted.some((length, i) => length < steps[i]); d++) {
    steps[d] = sorted[d]
    const rest = (sizeOf(sorted.slice(d + 1)) / n) ** (1 / (rank - d - 1))
    for (let later = d + 1; later < rank; later++) steps[later] = rest
  }
  const out = new Array<{ start: number; step: number }>(rank)
  for (const [i, axis] of bySize.entries())
    out[axis] = { start: Math.floor(steps[i] / 2), step: roundHalfEven(steps[i]) }
  return out
}

function roundHalfEven(v: number): number {
  const floor = Math.floor(v)
  if (v - floor !== 0.5) return Math.round(v)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Features of the picture, position first: channels ÷ compactness, ready for distances. */
function features(picture: Picture, p: SlicParameters): Float64Array {
  const n = positionsOf(picture)
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const v of picture.data) {
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  const span = high === low ? 1 : high - low
  const scaled = picture.data.map((v) => (v - low) / span)
  const colour = picture.channels === 3 ? labFromRgb(scaled) : scaled
  const axes = picture.dims.map((_, axis) => axis)
  const out = new Float64Array(colour.length)
  for (let c = 0; c < picture.channels; c++) {
    const plane = gaussianBlur(colour.subarray(c * n, (c + 1) * n), picture.dims, axes, p.sigma, 'reflect')
    for (let i = 0; i < n; i++) out[i * picture.channels + c] = plane[i] / p.compactness
  }
  return out
}

/** Cluster centres: z, y, x, then channels. */
interface Clusters {
  readonly centres: Float64Array
  readonly count: number
  readonly width: number
}

function startClusters(dims: Dims3, grid: readonly { start: number; step: number }[], channels: number): Clusters {
  const axes = grid.map(({ start, step }, axis) =>
    Array.from({ length: Math.max(0, Math.ceil((dims[axis] - start) / step)) }, (_, i) => start + i * step),
  )
  const width = 3 + channels
  const count = axes[0].length * axes[1].length * axes[2].length
  const centres = new Float64Array(count * width)
  let k = 0
  for (const z of axes[0]) for (const y of axes[1]) for (const x of axes[2]) centres.set([z, y, x], width * k++)
  return { centres, count, width }
}

/** Gives every position within two steps of a centre to the nearest one; true when anything changed. */
function assign(
  { centres, count, width }: Clusters,
  colour: Float64Array,
  dims: Dims3,
  steps: Dims3,
  weight: number,
  nearest: Int32Array,
  distance: Float64Array,
): boolean {
  const channels = width - 3
  distance.fill(Number.POSITIVE_INFINITY)
  let changed = false
  for (let k = 0; k < count; k++) {
    const [cz, cy, cx] = [centres[k * width], centres[k * width + 1], centres[k * width + 2]]
    if (Number.isNaN(cz)) continue
    const [low, high] = [
      [cz, cy, cx].map((c, a) => Math.trunc(Math.max(c - 2 * steps[a], 0))),
      [cz, cy, cx].map((c, a) => Math.trunc(Math.min(c + 2 * steps[a] + 1, dims[a]))),
    ]
    for (let z = low[0]; z < high[0]; z++) {
      for (let y = low[1]; y < high[1]; y++) {
        const across = (cz - z) ** 2 + (cy - y) ** 2
        const row = (z * dims[1] + y) * dims[2]
        for (let x = low[2]; x < high[2]; x++) {
          const dx = cx - x
          let d = (across + dx * dx) * weight
          const at = row + x
          for (let c = 0; c < channels; c++) {
            const t = colour[at * channels + c] - centres[k * width + 3 + c]
            d += t * t
          }
          if (d < distance[at]) {
            distance[at] = d
            nearest[at] = k
            changed = true
          }
        }
      }
    }
  }
  return changed
}

/** Means of what each centre holds; a centre that holds nothing becomes NaN and takes no further part. */
function recentre({ centres, count, width }: Clusters, colour: Float64Array, dims: Dims3, nearest: Int32Array): void {
  const channels = width - 3
  const held = new Float64Array(count)
  centres.fill(0)
  for (let at = 0; at < nearest.length; at++) {
    const k = nearest[at]
    if (k < 0) continue
    held[k]++
    centres[k * width] += Math.floor(at / (dims[1] * dims[2]))
    centres[k * width + 1] += Math.floor(at / dims[2]) % dims[1]
    centres[k * width + 2] += at % dims[2]
    for (let c = 0; c < channels; c++) centres[k * width + 3 + c] += colour[at * channels + c]
  }
  for (let k = 0; k < count; k++) for (let f = 0; f < width; f++) centres[k * width + f] /= held[k]
}

/**
 * SLIC superpixels and supervoxels: k-means of colour and place, each centre looking two steps around itself.
 *
 *   d² = |colour difference|²/compactness² + |place difference|²/step²
 *
 * Values are scaled to 0 … 1 by minimum and maximum; three channels go to L*a*b*; centres start on a regular grid with colour 0;
 * ends when nothing changes. `connected`: pieces below half the mean size join a neighbour, above three times they are split.
 *
 * source  Achanta et al. 2012, TPAMI 34, 2274; scikit-image ≥ 0.20 slic
 */
export const slic: Segmenter<SlicParameters> = {
  id: 'slic',
  version: 1,
  title: 'SLIC',
  summary: 'Clusters of similar colour on a regular grid: segments of about equal size, 2-D and 3-D.',
  source: 'Achanta et al. 2012, TPAMI 34, 2274; scikit-image slic',
  parameters,
  run(picture, p) {
    const dims = [...new Array<number>(3 - picture.dims.length).fill(1), ...picture.dims] as unknown as Dims3
    const colour = features(picture, p)
    const grid = regularGrid(dims, p.segments)
    const clusters = startClusters(dims, grid, picture.channels)
    // The windows follow the grid that the number of centres would make, the weights the grid that was asked for.
    const steps = regularGrid(dims, clusters.count).map(({ step }) => step) as unknown as Dims3
    const step = Math.fround(Math.max(...grid.map((g) => g.step)))
    const nearest = new Int32Array(positionsOf(picture)).fill(-1)
    const distance = new Float64Array(nearest.length)
    for (let round = 0; round < p.iterations; round++) {
      if (!assign(clusters, colour, dims, steps, 1 / (step * step), nearest, distance)) break
      recentre(clusters, colour, dims, nearest)
    }
    if (!p.connected) return renumbered(nearest)
    const mean = nearest.length / clusters.count
    return renumbered(connectedLabels(nearest, dims, Math.trunc(0.5 * mean), Math.trunc(3 * mean)))
  },
}
