import type { Grid } from '../../../main/shared/domain/geometry.ts'
import { length } from '../../../main/shared/geometry/affine.ts'
import { axisVector, indexToPatient, type PatientPointMm, patientToIndex, type VoxelIndex } from './affine.ts'

export type PlaneName = 'axial' | 'coronal' | 'sagittal'
export const planeNames: readonly PlaneName[] = ['axial', 'coronal', 'sagittal']

/**
 * How one orthogonal plane of a grid lies on the screen: which index axes run right and down, and with which sign.
 * Volumes acquired obliquely are shown along their own index axes; each plane takes the anatomical name it is closest to.
 * In-plane coordinates (a, b) are millimetres to the right and down from the centre of the top left voxel.
 */
export interface PlaneFrame {
  readonly name: PlaneName
  /** Index axes: to the right, downwards, through the plane. */
  readonly axes: readonly [right: number, down: number, through: number]
  /** +1 where the voxel index grows to the right (or downwards), −1 where it falls. */
  readonly signs: readonly [right: number, down: number]
  /** Voxels and spacing along right, down, through. */
  readonly size: readonly [number, number, number]
  readonly spacing: readonly [number, number, number]
  /** Unit vectors to the right and downwards in patient space; letters come from these. */
  readonly right: readonly [number, number, number]
  readonly down: readonly [number, number, number]
}

/** Screen directions of each anatomical plane in LPS: right and down, as radiologists look at them. */
const conventions: Record<
  PlaneName,
  { right: number; down: number; through: number; signRight: number; signDown: number }
> = {
  axial: { right: 0, down: 1, through: 2, signRight: 1, signDown: 1 },
  coronal: { right: 0, down: 2, through: 1, signRight: 1, signDown: -1 },
  sagittal: { right: 1, down: 2, through: 0, signRight: 1, signDown: -1 },
}

const permutations = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const

/** For patient axes x, y, z the index axis that runs along each: the assignment with the largest sum of |cosines|. */
export function anatomicalAxes(grid: Grid): readonly [number, number, number] {
  if (!grid.oriented) return [0, 1, 2]
  const unit = [0, 1, 2].map((axis) => {
    const v = axisVector(grid, axis)
    const size = length(v)
    return v.map((c) => Math.abs(c) / size)
  })
  let best: readonly [number, number, number] = permutations[0]
  let bestSum = -1
  for (const p of permutations) {
    const sum = unit[p[0]][0] + unit[p[1]][1] + unit[p[2]][2]
    if (sum > bestSum + 1e-9) {
      best = p
      bestSum = sum
    }
  }
  return best
}

/** The frame of a plane. Grids without known anatomy are shown as stored: i to the right, j downwards. */
export function planeFrame(grid: Grid, name: PlaneName): PlaneFrame {
  const convention = conventions[name]
  const assigned = anatomicalAxes(grid)
  const axes = [assigned[convention.right], assigned[convention.down], assigned[convention.through]] as const
  const vectors = axes.map((axis) => axisVector(grid, axis))
  const lengths = vectors.map(length)
  const signOf = (which: 0 | 1, patientAxis: number, wanted: number) => {
    if (!grid.oriented) return 1
    return Math.sign(vectors[which][patientAxis]) * wanted < 0 ? -1 : 1
  }
  const signs = [
    signOf(0, convention.right, convention.signRight),
    signOf(1, convention.down, convention.signDown),
  ] as const
  const unit = (which: 0 | 1) =>
    vectors[which].map((c) => (c * signs[which]) / lengths[which]) as [number, number, number]
  return {
    name,
    axes,
    signs,
    size: [grid.dims[axes[0]], grid.dims[axes[1]], grid.dims[axes[2]]],
    spacing: [lengths[0], lengths[1], lengths[2]],
    right: unit(0),
    down: unit(1),
  }
}

/** In-plane (a, b) in mm and slice position (voxels, may be fractional) of a voxel position. */
export function indexToPlane(frame: PlaneFrame, index: VoxelIndex): { a: number; b: number; slice: number } {
  const along = (which: 0 | 1) => {
    const v = index[frame.axes[which]]
    return (frame.signs[which] > 0 ? v : frame.size[which] - 1 - v) * frame.spacing[which]
  }
  return { a: along(0), b: along(1), slice: index[frame.axes[2]] }
}

export function planeToIndex(frame: PlaneFrame, a: number, b: number, slice: number): VoxelIndex {
  const index: [number, number, number] = [0, 0, 0]
  const along = (which: 0 | 1, mm: number) => {
    const v = mm / frame.spacing[which]
    return frame.signs[which] > 0 ? v : frame.size[which] - 1 - v
  }
  index[frame.axes[0]] = along(0, a)
  index[frame.axes[1]] = along(1, b)
  index[frame.axes[2]] = slice
  return index
}

export function planeToPatient(grid: Grid, frame: PlaneFrame, a: number, b: number, slice: number): PatientPointMm {
  return indexToPatient(grid, planeToIndex(frame, a, b, slice))
}

export function patientToPlane(
  grid: Grid,
  frame: PlaneFrame,
  point: PatientPointMm,
): { a: number; b: number; slice: number } {
  return indexToPlane(frame, patientToIndex(grid, point))
}

/** The slice of this plane that contains a patient position, clamped to the volume. */
export function sliceAt(grid: Grid, frame: PlaneFrame, point: PatientPointMm): number {
  const slice = Math.round(patientToIndex(grid, point)[frame.axes[2]])
  return Math.min(frame.size[2] - 1, Math.max(0, slice))
}

/** Rectangle the voxels fill in (a, b): from −½ voxel to the far edge. */
export function planeExtent(frame: PlaneFrame): { a0: number; b0: number; width: number; height: number } {
  return {
    a0: -frame.spacing[0] / 2,
    b0: -frame.spacing[1] / 2,
    width: frame.size[0] * frame.spacing[0],
    height: frame.size[1] * frame.spacing[1],
  }
}
