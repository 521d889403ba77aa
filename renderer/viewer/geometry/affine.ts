import type { Grid } from '../../../main/shared/domain/geometry.ts'
import {
  type Affine,
  applyToPoint,
  column,
  invert,
  spacingOf,
  type Vector3,
} from '../../../main/shared/geometry/affine.ts'

declare const space: unique symbol
/** A voxel position (i, j, k); fractions lie between centres, voxel i covers [i − ½, i + ½]. */
export type VoxelIndex = readonly [i: number, j: number, k: number] & { readonly [space]?: 'index' }
/** A point in DICOM LPS millimetres; for pictures without a scale, in pixels of the picture. */
export type PatientPointMm = readonly [x: number, y: number, z: number] & { readonly [space]?: 'lps' }
/** Direction of index axis 0, 1 or 2 in patient space; its length is the spacing in mm. */
export function axisVector(grid: Grid, axis: number): Vector3 {
  return column(grid.affine, axis)
}

/** Voxel size in mm along i, j, k. */
export function spacingMm(grid: Grid): Vector3 {
  return spacingOf(grid.affine)
}

export function indexToPatient(grid: Grid, index: VoxelIndex): PatientPointMm {
  return applyToPoint(grid.affine, [index[0], index[1], index[2]])
}

export function patientToIndex(grid: Grid, point: PatientPointMm): VoxelIndex {
  return applyToPoint(inverseOf(grid), [point[0], point[1], point[2]])
}

const inverses = new WeakMap<readonly number[], Affine>()
/** The patient→voxel matrix, computed once per grid record. */
export function inverseOf(grid: Grid): Affine {
  let inverse = inverses.get(grid.affine)
  if (!inverse) {
    inverse = invert(grid.affine)
    inverses.set(grid.affine, inverse)
  }
  return inverse
}

/** The voxel that contains the position, or null outside the grid. */
export function containingVoxel(grid: Grid, index: VoxelIndex): [number, number, number] | null {
  const voxel = index.map((v) => Math.round(v)) as [number, number, number]
  return voxel.every((v, axis) => v >= 0 && v < grid.dims[axis]) ? voxel : null
}

/** Offset in an array with i fastest. */
export function voxelOffset(dims: readonly number[], voxel: readonly [number, number, number]): number {
  return voxel[0] + dims[0] * (voxel[1] + dims[1] * voxel[2])
}

/** Whether two grids have the same voxels at the same places (to a thousandth of a voxel). */
export function sameGrid(a: Grid, b: Grid): boolean {
  if (a.dims.some((v, axis) => v !== b.dims[axis])) return false
  const scale = Math.min(...spacingMm(a))
  return a.affine.every((v, at) => Math.abs(v - b.affine[at]) <= 1e-3 * scale)
}
