import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { PatientPointMm } from './affine.ts'
import type { PlaneFrame } from './planes.ts'

const positive = ['L', 'P', 'S'] as const
const negative = ['R', 'A', 'I'] as const

/**
 * Letters of a direction in LPS: the strongest component first, a second one where the direction leans by more than
 * 15° towards it. Computed at every render from the vectors that place the pixels, never kept beside a slice number.
 */
export function directionLetters(direction: readonly [number, number, number]): string {
  const size = Math.hypot(...direction)
  const parts = direction
    .map((value, axis) => ({ axis, value: value / size }))
    .sort((p, q) => Math.abs(q.value) - Math.abs(p.value))
  const letter = (part: { axis: number; value: number }) => (part.value > 0 ? positive : negative)[part.axis]
  const second = Math.abs(parts[1].value) > Math.sin(Math.PI / 12) ? letter(parts[1]) : ''
  return letter(parts[0]) + second
}

export interface SideLetters {
  readonly left: string
  readonly right: string
  readonly top: string
  readonly bottom: string
}

/** Letters at the four edges of a view, or null when the anatomy of the axes is not known. */
export function sideLetters(grid: Grid, frame: Pick<PlaneFrame, 'right' | 'down'>): SideLetters | null {
  if (!grid.oriented) return null
  const opposite = (v: readonly [number, number, number]) => v.map((c) => -c) as [number, number, number]
  return {
    left: directionLetters(opposite(frame.right)),
    right: directionLetters(frame.right),
    top: directionLetters(opposite(frame.down)),
    bottom: directionLetters(frame.down),
  }
}

/** "S 29.0 mm": the patient coordinate a plane is named by, with its letter. */
export function positionText(frame: PlaneFrame, point: PatientPointMm): string {
  const axis = { sagittal: 0, coronal: 1, axial: 2 }[frame.name]
  const value = point[axis]
  return `${(value >= 0 ? positive : negative)[axis]} ${Math.abs(value).toFixed(1)} mm`
}
