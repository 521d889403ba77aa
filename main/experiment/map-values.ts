import type { Grid } from '../shared/domain/geometry.ts'
import type { Merge, SaliencyMap } from '../shared/domain/map.ts'
import type { ModelCard } from '../shared/domain/model-card.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { affineFromColumns, applyToPoint, column, scale } from '../shared/geometry/affine.ts'
import { mergeChannels } from '../tensor/merge.ts'
import { quantileOfSorted } from '../tensor/quantile.ts'

export interface StoredMapValues {
  /** [C, D, H, W], or [C, H, W] for a single 2-D item. */
  readonly dims: number[]
  readonly values: Float32Array
  /** Grid of the values: the model input's, or a coarser one of the same extent for maps at a layer's resolution. */
  readonly grid: Grid
}

/**
 * A map as a method wrote it → the form it is stored in: channels first, the slices of a 2-D network stacked.
 *
 * dims    pixel methods: the input's shape; position methods: [N, 1, …spatial] whatever the layout
 * errors  internal: the shape is neither
 */
export function channelsFirst(
  values: Float32Array,
  dims: readonly number[],
  layout: ModelCard['input']['layout'],
  grid: Grid,
): StoredMapValues {
  const is3d = layout === 'NCDHW' || layout === 'NDHWC'
  const last = (layout === 'NHWC' || layout === 'NDHWC') && !isPosition(dims, is3d, grid)
  const n = dims[0]
  const channels = last ? dims[dims.length - 1] : dims[1]
  const spatial = last ? dims.slice(1, -1) : dims.slice(2)
  if (spatial.length !== (is3d ? 3 : 2))
    throw new SaliscopeError('internal', `A map of shape [${dims.join(', ')}] does not fit the layout ${layout}.`)
  const [depth, height, width] = is3d ? spatial : [n, ...spatial]
  const plane = height * width
  const out = new Float32Array(values.length)
  for (let c = 0; c < channels; c++) {
    for (let d = 0; d < depth; d++) {
      for (let p = 0; p < plane; p++) {
        const item = is3d ? 0 : d
        const inner = is3d ? d * plane + p : p
        const size = is3d ? depth * plane : plane
        const from = last ? (item * size + inner) * channels + c : (item * channels + c) * size + inner
        out[(c * depth + d) * plane + p] = values[from]
      }
    }
  }
  return {
    dims: depth === 1 && !is3d ? [channels, height, width] : [channels, depth, height, width],
    values: out,
    grid: resizedGrid(grid, [width, height, depth]),
  }
}

/** A position map of a channels-last model keeps its one channel in front. */
function isPosition(dims: readonly number[], is3d: boolean, grid: Grid): boolean {
  const spatial = is3d ? [grid.dims[2], grid.dims[1], grid.dims[0]] : [grid.dims[1], grid.dims[0]]
  return dims[1] === 1 && !spatial.every((size, axis) => dims[axis + 1] === size)
}

/** The same extent with other voxels: centres move by half the difference of their sizes. */
export function resizedGrid(grid: Grid, dims: readonly [number, number, number]): Grid {
  if (dims.every((size, axis) => size === grid.dims[axis])) return grid
  const factor = dims.map((size, axis) => grid.dims[axis] / size)
  const first = applyToPoint(grid.affine, [(factor[0] - 1) / 2, (factor[1] - 1) / 2, (factor[2] - 1) / 2])
  const step = (axis: number) => scale(column(grid.affine, axis), factor[axis])
  return { ...grid, dims: [...dims], affine: [...affineFromColumns(step(0), step(1), step(2), first)] }
}

/** Of the map with its channels merged: range and percentiles for display, signs, and whether it says anything. */
export function mapStatistics(
  values: Float32Array,
  dims: readonly number[],
  merge: Merge = 'sum',
): SaliencyMap['statistics'] {
  const merged = mergeChannels(values, dims, 0, merge)
  const finite = merged.filter(Number.isFinite)
  if (finite.length === 0) return { min: 0, max: 0, p01: 0, p99: 0, p99abs: 0, signed: false, flat: true }
  const sorted = finite.toSorted()
  const absolute = finite.map(Math.abs).sort()
  const [min, max] = [sorted[0], sorted[sorted.length - 1]]
  return {
    min,
    max,
    p01: quantileOfSorted(sorted, 0.01),
    p99: quantileOfSorted(sorted, 0.99),
    p99abs: quantileOfSorted(absolute, 0.99),
    // A map of negative values alone is signed too: on a scale from zero upwards none of it would be seen.
    signed: min < 0,
    flat: min === max || finite.length < merged.length,
  }
}
