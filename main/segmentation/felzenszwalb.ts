import { z } from 'zod'
import { gaussianBlur } from '../tensor/gaussian.ts'
import { ascendingOrder } from '../tensor/sort.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { type Picture, positionsOf, renumbered, type Segmenter } from './segmenter.ts'

const parameters = z.strictObject({
  scale: z
    .number()
    .min(0)
    .max(1e9)
    .default(1)
    .meta({ title: 'Scale', description: 'Larger values give larger segments; divided by 255 inside.' }),
  sigma: z
    .number()
    .min(0)
    .max(100)
    .default(0.8)
    .meta({ title: 'Sigma', description: 'Gaussian blur before cutting.', unit: 'positions' }),
  minimumSize: z
    .number()
    .int()
    .min(0)
    .default(20)
    .meta({ title: 'Minimum size', description: 'Smaller segments join their nearest neighbour.', unit: 'positions' }),
})
export type FelzenszwalbParameters = z.infer<typeof parameters>

/** Steps to half of the neighbours: in 2-D right, down, down-right, up-right, the order that decides between equal weights. */
export function halfNeighbourhood(rank: number): number[][] {
  if (rank === 2)
    return [
      [0, 1],
      [1, 0],
      [1, 1],
      [-1, 1],
    ]
  const steps: number[][] = []
  for (let code = 0; code < 3 ** rank; code++) {
    const step = Array.from({ length: rank }, (_, axis) => (Math.floor(code / 3 ** axis) % 3) - 1).reverse()
    const first = step.find((s) => s !== 0)
    if (first === 1) steps.push(step)
  }
  return steps
}

/** Pairs of neighbours sorted by their colour distance; made once for all scales of one picture. */
export interface NeighbourGraph {
  readonly positions: number
  readonly a: Int32Array
  readonly b: Int32Array
  readonly weights: Float64Array
  /** Stable order of the pairs by weight. */
  readonly order: Uint32Array
}

/** First positions of all pairs along one step, in C order, and how far the second lies from the first. */
function pairsAlong(dims: readonly number[], step: readonly number[]): { firsts: Int32Array; shift: number } {
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)))
  const shift = step.reduce((s, d, axis) => s + d * strides[axis], 0)
  let firsts = Int32Array.of(0)
  dims.forEach((length, axis) => {
    const low = Math.max(0, -step[axis])
    const high = length - Math.max(0, step[axis])
    const width = Math.max(0, high - low)
    const next = new Int32Array(firsts.length * width)
    for (let i = 0; i < firsts.length; i++)
      for (let q = 0; q < width; q++) next[i * width + q] = firsts[i] + (low + q) * strides[axis]
    firsts = next
  })
  return { firsts, shift }
}

/** Blurs the picture (reflection at the border) and lists its neighbours, full connectivity, by Euclidean distance over all channels. */
export function neighbourGraph(picture: Picture, sigma: number): NeighbourGraph {
  const n = positionsOf(picture)
  const { channels, dims } = picture
  const axes = dims.map((_, axis) => axis)
  const planes = Array.from({ length: channels }, (_, c) =>
    gaussianBlur(picture.data.subarray(c * n, (c + 1) * n), dims, axes, sigma, 'reflect'),
  )
  const lists = halfNeighbourhood(dims.length).map((step) => pairsAlong(dims, step))
  const count = lists.reduce((s, { firsts }) => s + firsts.length, 0)
  const a = new Int32Array(count)
  const b = new Int32Array(count)
  const weights = new Float64Array(count)
  let at = 0
  for (const { firsts, shift } of lists) {
    a.set(firsts, at)
    for (const p of firsts) {
      let sum = 0
      for (const plane of planes) sum += (plane[p] - plane[p + shift]) ** 2
      b[at] = p + shift
      weights[at++] = Math.sqrt(sum)
    }
  }
  return { positions: n, a, b, weights, order: ascendingOrder(weights) }
}

function findRoot(parent: Int32Array, i: number): number {
  let at = i
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]]
    at = parent[at]
  }
  return at
}

/** Joins segments along the sorted pairs. Roots are the smaller index; thresholds are held in single precision as the source does. */
export function segmentGraph(
  { positions, a, b, weights, order }: NeighbourGraph,
  scale: number,
  minimumSize: number,
): Int32Array {
  const tau = scale / 255
  const parent = new Int32Array(positions)
  for (let i = 0; i < positions; i++) parent[i] = i
  const size = new Int32Array(positions).fill(1)
  const inner = new Float64Array(positions)
  const join = (p: number, q: number): number => {
    const root = Math.min(p, q)
    const other = Math.max(p, q)
    parent[other] = root
    size[root] += size[other]
    return root
  }
  // Pairs that lie between two segments; only they can join in the second pass.
  const between = new Uint32Array(order.length)
  let left = 0
  for (let i = 0; i < order.length; i++) {
    const e = order[i]
    const p = findRoot(parent, a[e])
    const q = findRoot(parent, b[e])
    if (p === q) continue
    const limit = Math.min(Math.fround(inner[p] + tau / size[p]), Math.fround(inner[q] + tau / size[q]))
    if (weights[e] < limit) inner[join(p, q)] = weights[e]
    else between[left++] = e
  }
  for (let i = 0; i < left; i++) {
    const e = between[i]
    const p = findRoot(parent, a[e])
    const q = findRoot(parent, b[e])
    if (p !== q && (size[p] < minimumSize || size[q] < minimumSize)) join(p, q)
  }
  const labels = new Int32Array(positions)
  for (let i = 0; i < positions; i++) labels[i] = findRoot(parent, i)
  return renumbered(labels)
}

/**
 * Felzenszwalb's graph-based segmentation, 2-D or 3-D, any number of channels; values are used as they are.
 *
 *   two segments join when weight < min(inner(a) + scale/255/|a|, inner(b) + scale/255/|b|), pairs by rising weight;
 *   then segments below the minimum size join along the same order
 *
 * Doubling the contrast doubles the weights; copying grey to three channels multiplies them by √3. Deterministic: equal weights
 * keep the order right, down, down-right, up-right, each in C order (scikit-image's own sort is not stable).
 *
 * source  Felzenszwalb & Huttenlocher 2004, IJCV 59, 167; scikit-image felzenszwalb
 */
export const felzenszwalb: Segmenter<FelzenszwalbParameters> = {
  id: 'felzenszwalb',
  version: 1,
  title: 'Felzenszwalb',
  summary:
    'Joins neighbours whose colours differ less than what lies inside their segments. Segments of free size, 2-D and 3-D.',
  source: 'Felzenszwalb & Huttenlocher 2004, IJCV 59, 167; scikit-image felzenszwalb',
  parameters,
  run: (picture, { scale, sigma, minimumSize }) => segmentGraph(neighbourGraph(picture, sigma), scale, minimumSize),
}
