import { z } from 'zod'
import { sizeOf, tensor } from '../tensor/tensor.ts'
import { type ItemGeometry, itemGeometry } from './item-geometry.ts'
import type { Method } from './method.ts'
import { rowsOfBatch, rowsPerItem, streamScores } from './rows.ts'

const parameters = z.strictObject({
  window: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(15)
    .meta({ title: 'Window', description: 'Edge of the covered window along every spatial axis.', unit: 'positions' }),
  stride: z.number().int().min(1).max(4096).default(1).meta({
    title: 'Stride',
    description: 'Distance between windows. At 1 the cost is about one forward pass per position.',
    unit: 'positions',
  }),
  value: z
    .number()
    .default(0)
    .meta({ title: 'Value', description: 'What a covered position holds, in all channels.', unit: 'model input' }),
  aggregate: z.enum(['mean', 'sum']).default('mean').meta({
    title: 'Aggregate',
    description: 'Mean or sum over the windows that cover a position; sum gives borders less.',
  }),
})
export type OcclusionParameters = z.infer<typeof parameters>

/** Windows along one axis: ⌈(L − window)/stride⌉ + 1; a window longer than the axis covers it. */
export function windowCount(length: number, window: number, stride: number): number {
  return Math.ceil((length - Math.min(window, length)) / stride) + 1
}

/** Positions (C order) a window covers, the last one clipped by the border. */
function windowPositions(
  place: number,
  counts: readonly number[],
  dims: readonly number[],
  p: OcclusionParameters,
): Int32Array {
  const starts = new Array<number>(dims.length)
  let rest = place
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    starts[axis] = (rest % counts[axis]) * p.stride
    rest = Math.floor(rest / counts[axis])
  }
  let positions = [0]
  dims.forEach((length, axis) => {
    const end = Math.min(length, starts[axis] + p.window)
    const next: number[] = []
    for (const base of positions) for (let q = starts[axis]; q < end; q++) next.push(base * length + q)
    positions = next
  })
  return Int32Array.from(positions)
}

const countsOf = (geometry: Pick<ItemGeometry, 'spatialDims'>, p: OcclusionParameters) =>
  geometry.spatialDims.map((n) => windowCount(n, p.window, p.stride))

/**
 * Occlusion: how far the score falls when a window is covered.
 *
 *   A(q) = mean (or sum) over the windows that cover q of f(x) − f(x with the window set to `value`)
 *
 * input   x  [N, …item]; windows at 0, s, 2s, … along every spatial axis, all channels at once, the last clipped by the border
 * output  [N, 1, …spatial], signed; units of the score
 * check   none
 * cost    one forward pass per window: (H−14)(W−14) at the defaults
 * source  Zeiler & Fergus 2014, arXiv:1311.2901; mean: captum, sum: PAIR saliency
 */
export const occlusion: Method<OcclusionParameters> = {
  id: 'occlusion',
  version: 1,
  title: 'Occlusion',
  summary: 'How far the score falls when a window of the input is covered, averaged over the windows at a position.',
  source: 'Zeiler & Fergus 2014, arXiv:1311.2901',
  family: 'perturbation',
  output: 'position',
  needs: ['scores'],
  parameters,
  // Without the channel axis known, the smallest axis of a three-axis item is taken for it.
  cost: (p, itemDims) => ({
    forward: 1 + sizeOf(spatialGuess(itemDims).map((n) => windowCount(n, p.window, p.stride))),
    gradient: 0,
  }),
  async run({ model, x, target }, p, run) {
    const geometry = itemGeometry(model.input)
    const items = x.dims[0]
    const scores = new Float64Array(items)
    await streamScores(model, target, rowsOfBatch(x), run, 'score', (row, score) => {
      scores[row] = score
    })
    const counts = countsOf(geometry, p)
    const places = sizeOf(counts)
    const total = new Float64Array(items * geometry.positions)
    const cover = new Float64Array(geometry.positions)
    const rows = rowsPerItem(items, places, (item, place, into) => {
      into.set(x.data.subarray(item * geometry.size, (item + 1) * geometry.size))
      for (const q of windowPositions(place, counts, geometry.spatialDims, p)) {
        for (let c = 0; c < geometry.channels; c++) into[geometry.offset(q, c)] = p.value
      }
    })
    await streamScores(model, target, rows, run, 'covered windows', (row, score) => {
      const item = Math.floor(row / places)
      for (const q of windowPositions(row % places, counts, geometry.spatialDims, p)) {
        total[item * geometry.positions + q] += scores[item] - score
        if (item === 0) cover[q]++
      }
    })
    const map = tensor([items, 1, ...geometry.spatialDims])
    for (let i = 0; i < total.length; i++) {
      const covered = cover[i % geometry.positions]
      // A stride wider than the window leaves positions no window covers: nothing was measured there.
      map.data[i] = p.aggregate === 'sum' || covered === 0 ? total[i] : total[i] / covered
    }
    const gaps =
      p.stride > p.window
        ? ['The stride is wider than the window, so some positions were never covered; their value is 0.']
        : []
    return { map, scores, check: null, warnings: gaps }
  },
}

/** Item dims without what is most likely the channel axis, for predicting the cost only. */
export function spatialGuess(itemDims: readonly number[]): number[] {
  if (itemDims.length < 3) return [...itemDims]
  const last = itemDims.length - 1
  return itemDims[last] < itemDims[0] ? itemDims.slice(0, last) : itemDims.slice(1)
}
