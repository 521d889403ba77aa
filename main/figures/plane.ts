import type { FigureRow } from '../shared/domain/figure.ts'
import type { Grid } from '../shared/domain/geometry.ts'
import {
  type Affine,
  applyToPoint,
  column,
  dot,
  invert,
  multiply,
  normalise,
  spacingOf,
  type Vector3,
} from '../shared/geometry/affine.ts'

/** A flat view on a grid: pixel (x, y) of the panel lies at index origin + x·right + y·down. */
export interface PanelPlane {
  readonly widthPx: number
  readonly heightPx: number
  readonly origin: Vector3
  readonly right: Vector3
  readonly down: Vector3
  readonly mmPerPixel: number
  /** Index axis and number of the slice shown. */
  readonly axis: 0 | 1 | 2
  readonly slice: number
}

const WANTED: Record<FigureRow['plane'], { normal: Vector3; right: Vector3; down: Vector3 }> = {
  // Radiological convention: the patient's left is on the right, head up, nose to the left in sagittal views.
  axial: { normal: [0, 0, 1], right: [1, 0, 0], down: [0, 1, 0] },
  coronal: { normal: [0, 1, 0], right: [1, 0, 0], down: [0, 0, -1] },
  sagittal: { normal: [1, 0, 0], right: [0, 1, 0], down: [0, 0, -1] },
}

const unit = (grid: Grid, axis: number) => normalise(column(grid.affine, axis))

/** The index axes that come nearest to a plane's normal, right and down, with the sign that points the right way. */
function axesOf(grid: Grid, plane: FigureRow['plane']) {
  if (!grid.oriented || grid.dims[2] === 1)
    return { normal: 2 as const, right: { axis: 0, sign: 1 }, down: { axis: 1, sign: 1 } }
  const wanted = WANTED[plane]
  const nearest = (direction: Vector3, taken: readonly number[]) =>
    [0, 1, 2]
      .filter((axis) => !taken.includes(axis))
      .reduce((a, b) => (Math.abs(dot(unit(grid, b), direction)) > Math.abs(dot(unit(grid, a), direction)) ? b : a))
  const normal = nearest(wanted.normal, []) as 0 | 1 | 2
  const right = nearest(wanted.right, [normal])
  const down = [0, 1, 2].filter((axis) => axis !== normal && axis !== right)[0]
  const signOf = (axis: number, direction: Vector3) => (dot(unit(grid, axis), direction) < 0 ? -1 : 1)
  return {
    normal,
    right: { axis: right, sign: signOf(right, wanted.right) },
    down: { axis: down, sign: signOf(down, wanted.down) },
  }
}

/**
 * The plane of a row at `widthPx` pixels: the whole slice with square millimetres, or a square field around the centre.
 * Centre and slice are clamped into the grid.
 */
export function panelPlane(
  grid: Grid,
  row: Pick<FigureRow, 'plane' | 'centre' | 'fieldMm'>,
  widthPx: number,
): PanelPlane {
  const { normal, right, down } = axesOf(grid, row.plane)
  const spacing = spacingOf(grid.affine)
  const centre = row.centre === null ? null : applyToPoint(invert(grid.affine), row.centre as Vector3)
  const middle = grid.dims.map((size, axis) =>
    centre === null ? (size - 1) / 2 : Math.max(0, Math.min(size - 1, centre[axis])),
  ) as [number, number, number]
  const slice = Math.round(middle[normal])
  const extent = (axis: number) => grid.dims[axis] * spacing[axis]
  const widthMm = row.fieldMm ?? extent(right.axis)
  const heightMm = row.fieldMm ?? extent(down.axis)
  const mmPerPixel = widthMm / widthPx
  const heightPx = Math.max(1, Math.round(heightMm / mmPerPixel))
  const vector = ({ axis, sign }: { axis: number; sign: number }): Vector3 => {
    const v: [number, number, number] = [0, 0, 0]
    v[axis] = (sign * mmPerPixel) / spacing[axis]
    return v
  }
  const [r, d] = [vector(right), vector(down)]
  const base = row.fieldMm === null ? (grid.dims.map((size) => (size - 1) / 2) as [number, number, number]) : middle
  const origin = [0, 1, 2].map((axis) =>
    axis === normal ? slice : base[axis] - (r[axis] * (widthPx - 1)) / 2 - (d[axis] * (heightPx - 1)) / 2,
  ) as unknown as Vector3
  return {
    widthPx,
    heightPx,
    origin,
    right: r,
    down: d,
    mmPerPixel,
    axis: normal,
    slice,
  }
}

/** The same view in the indices of another grid that shares the patient space. */
export function planeInGrid(plane: PanelPlane, from: Grid, to: Grid): PanelPlane {
  const change: Affine = multiply(invert(to.affine), from.affine)
  const origin = applyToPoint(change, plane.origin)
  const linear = (v: Vector3): Vector3 => {
    const moved = applyToPoint(change, [plane.origin[0] + v[0], plane.origin[1] + v[1], plane.origin[2] + v[2]])
    return [moved[0] - origin[0], moved[1] - origin[1], moved[2] - origin[2]]
  }
  return { ...plane, origin, right: linear(plane.right), down: linear(plane.down) }
}
