import { z } from 'zod'
import { counterRandom } from '../tensor/random.ts'
import { resize } from '../tensor/resize.ts'
import { sizeOf, tensor } from '../tensor/tensor.ts'
import { arrayCount, arrayRow, arraySchema } from './array-parameter.ts'
import { channelOffsets, type ItemGeometry, itemGeometry } from './item-geometry.ts'
import type { Method } from './method.ts'
import { Moments } from './moments.ts'
import { rowsOfBatch, rowsPerItem, streamScores } from './rows.ts'

const parameters = z.strictObject({
  masks: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(4000)
    .meta({ title: 'Masks', description: 'Random masks. Given draws decide it themselves.', unit: 'forward passes' }),
  cells: z
    .number()
    .int()
    .min(1)
    .max(256)
    .default(8)
    .meta({ title: 'Cells', description: 'Cells of the mask grid along every spatial axis.', unit: 'cells' }),
  probability: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .meta({ title: 'Probability', description: 'Chance of a cell to be shown.' }),
  draws: arraySchema.optional().meta({
    format: 'array',
    title: 'Draws',
    description: 'The masks at input resolution, [masks, …spatial], values 0 … 1; replaces seed and cells.',
  }),
})
export type RiseParameters = z.infer<typeof parameters>

/**
 * One mask: cells^d values of 0 and 1, resized linearly to (cells+1)·c per axis with c = ⌈L/cells⌉, cropped at a random offset.
 */
function drawMask(seed: number, sample: number, spatialDims: readonly number[], p: RiseParameters): Float64Array {
  const random = counterRandom(seed)
  const rank = spatialDims.length
  const cells = p.cells ** rank
  const grid = Float64Array.from({ length: cells }, (_, i) => (random.uniform(0, sample, i) < p.probability ? 1 : 0))
  const cellSizes = spatialDims.map((n) => Math.ceil(n / p.cells))
  const large = cellSizes.map((c) => (p.cells + 1) * c)
  const wide = resize(
    grid,
    spatialDims.map(() => p.cells),
    large,
    { interpolation: 'linear' },
  )
  const offsets = cellSizes.map((c, axis) => random.integer(0, sample, cells + axis, c))
  const out = new Float64Array(sizeOf(spatialDims))
  const length = spatialDims[rank - 1]
  for (let row = 0; row * length < out.length; row++) {
    let rest = row
    let at = offsets[rank - 1]
    let stride = large[rank - 1]
    for (let axis = rank - 2; axis >= 0; axis--) {
      at += ((rest % spatialDims[axis]) + offsets[axis]) * stride
      stride *= large[axis]
      rest = Math.floor(rest / spatialDims[axis])
    }
    out.set(wide.subarray(at, at + length), row * length)
  }
  return out
}

/** Pearson correlation of the sums over even and odd masks: how far two halves of the draw agree. */
function splitHalf(even: Float64Array, odd: Float64Array): number | null {
  const n = even.length
  let me = 0
  let mo = 0
  for (let i = 0; i < n; i++) {
    me += even[i] / n
    mo += odd[i] / n
  }
  let eo = 0
  let ee = 0
  let oo = 0
  for (let i = 0; i < n; i++) {
    eo += (even[i] - me) * (odd[i] - mo)
    ee += (even[i] - me) ** 2
    oo += (odd[i] - mo) ** 2
  }
  return ee > 0 && oo > 0 ? eo / Math.sqrt(ee * oo) : null
}

/** The mask of each sample. The last `kept` are remembered: a batch or two are filled first and their scores come afterwards. */
function maskSource(
  seed: number,
  p: RiseParameters,
  geometry: ItemGeometry,
  kept: number,
): (sample: number) => ArrayLike<number> {
  const draws = p.draws
  if (draws) return (sample) => arrayRow(draws, sample)
  const masks = new Map<number, Float64Array>()
  return (sample) => {
    const known = masks.get(sample)
    if (known !== undefined) return known
    if (masks.size >= kept) masks.delete(masks.keys().next().value as number)
    const mask = drawMask(seed, sample, geometry.spatialDims, p)
    masks.set(sample, mask)
    return mask
  }
}

/**
 * RISE: the mean score of randomly masked inputs that show a position.
 *
 *   A(q) = Σ_k f(x ⊙ m_k) · m_k(q) / (masks · probability)
 *
 * input   x  [N, …item]; masks are shared by all channels and items; hidden means 0 in model space
 * output  [N, 1, …spatial]; units of the score; irrelevant positions tend to the mean score, not to zero
 * check   standard error of the map (mean over its values); correlation of the maps of the even and the odd masks (`splitHalf`)
 * cost    `masks` forward passes
 * errors  attribution.array-shape (draws)
 * source  Petsiuk, Das & Saenko 2018, arXiv:1806.07421
 */
export const rise: Method<RiseParameters> = {
  id: 'rise',
  version: 1,
  title: 'RISE',
  summary: 'The mean score over random masks that show a position. Needs thousands of forward passes.',
  source: 'Petsiuk, Das & Saenko 2018, arXiv:1806.07421',
  family: 'perturbation',
  output: 'position',
  needs: ['scores'],
  parameters,
  cost: (p) => ({ forward: 1 + (p.draws?.dims[0] ?? p.masks), gradient: 0 }),
  async run({ model, x, target, seed }, p, run) {
    const geometry = itemGeometry(model.input)
    const { positions, channels, size } = geometry
    const items = x.dims[0]
    const masks = p.draws ? arrayCount('draws', p.draws, geometry.spatialDims) : p.masks
    const maskOf = maskSource(seed, p, geometry, 2 * model.preferredBatch)
    const offsets = Array.from({ length: channels }, (_, c) => channelOffsets(geometry, c))
    const scores = new Float64Array(items)
    await streamScores(model, target, rowsOfBatch(x), run, 'score', (row, score) => {
      scores[row] = score
    })
    const moments = Array.from({ length: items }, () => new Moments(positions, 'mean'))
    const term = new Float64Array(positions)
    const halves = [new Float64Array(items * positions), new Float64Array(items * positions)]
    const rows = rowsPerItem(items, masks, (item, sample, into) => {
      const mask = maskOf(sample)
      const own = x.data.subarray(item * size, (item + 1) * size)
      for (const places of offsets) {
        for (let q = 0; q < positions; q++) {
          const at = places[q]
          into[at] = own[at] * mask[q]
        }
      }
    })
    await streamScores(model, target, rows, run, 'masked inputs', (row, score) => {
      const mask = maskOf(row % masks)
      const sum = halves[(row % masks) % 2]
      const item = Math.floor(row / masks)
      for (let q = 0; q < positions; q++) {
        sum[item * positions + q] += score * mask[q]
        term[q] = (score * mask[q]) / p.probability
      }
      moments[item].add(term)
    })
    const map = tensor([items, 1, ...geometry.spatialDims])
    for (let i = 0; i < map.data.length; i++) map.data[i] = (halves[0][i] + halves[1][i]) / (masks * p.probability)
    const agreement = Array.from({ length: items }, (_, n) =>
      splitHalf(
        halves[0].subarray(n * positions, (n + 1) * positions),
        halves[1].subarray(n * positions, (n + 1) * positions),
      ),
    )
    const values = { mean: moments.map((m) => m.standardError()), splitHalf: agreement }
    return { map, scores, check: { kind: 'standard-error', values }, warnings: [] }
  },
}
