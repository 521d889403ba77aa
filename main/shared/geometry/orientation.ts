import { type Affine, applyToVector, column, normalise, type Vector3 } from './affine.ts'

export type PatientLetter = 'L' | 'R' | 'A' | 'P' | 'S' | 'I'

const positive: readonly PatientLetter[] = ['L', 'P', 'S']
const negative: readonly PatientLetter[] = ['R', 'A', 'I']

/** Patient direction a vector in LPS mm mostly runs to; null for a zero vector or one that is not finite. Ties: x before y before z. */
export function letterOf(direction: Vector3): PatientLetter | null {
  let best = -1
  let size = 0
  for (let axis = 0; axis < 3; axis++) {
    const magnitude = Math.abs(direction[axis])
    if (magnitude > size + 1e-9) {
      best = axis
      size = magnitude
    }
  }
  if (best < 0 || !Number.isFinite(size)) return null
  return direction[best] > 0 ? positive[best] : negative[best]
}

/**
 * All letters of a direction, strongest first, leaving out components below `threshold` of the unit vector: 'LA' for an
 * oblique edge. Empty for a zero vector.
 */
export function lettersOf(direction: Vector3, threshold = 0.1): string {
  const unit = normalise(direction)
  return [0, 1, 2]
    .filter((axis) => Math.abs(unit[axis]) >= threshold)
    .sort((a, b) => Math.abs(unit[b]) - Math.abs(unit[a]))
    .map((axis) => (unit[axis] > 0 ? positive[axis] : negative[axis]))
    .join('')
}

export function opposite(letter: PatientLetter): PatientLetter {
  const at = positive.indexOf(letter)
  return at >= 0 ? negative[at] : positive[negative.indexOf(letter)]
}

/**
 * Patient direction each index axis runs to, i j k: 'LPS' for an axial stack with rows to the left. Each letter pair is
 * used once even for oblique grids (the assignment with the largest sum of cosines), so the answer names three axes.
 */
export function axisLetters(m: Affine): string {
  const directions = [0, 1, 2].map((axis) => normalise(column(m, axis)))
  let best: readonly number[] = [0, 1, 2]
  let bestSum = -1
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const sum = order.reduce((total, world, axis) => total + Math.abs(directions[axis][world]), 0)
    if (sum > bestSum + 1e-9) {
      best = order
      bestSum = sum
    }
  }
  return best.map((world, axis) => (directions[axis][world] >= 0 ? positive[world] : negative[world])).join('')
}

/** 'axial', 'coronal' or 'sagittal' by the axis the slices are stacked along, 'oblique' when more than 20° off it. */
export function planeOf(m: Affine): 'axial' | 'coronal' | 'sagittal' | 'oblique' {
  const normal = normalise(column(m, 2))
  const limit = Math.cos((20 * Math.PI) / 180)
  if (Math.abs(normal[2]) >= limit) return 'axial'
  if (Math.abs(normal[1]) >= limit) return 'coronal'
  return Math.abs(normal[0]) >= limit ? 'sagittal' : 'oblique'
}

/**
 * Letters at the edges of a picture, from the directions its right and its bottom edge point to in index space.
 * The view's matrix decides, never the acquisition's name.
 */
export function edgeLetters(
  m: Affine,
  right: Vector3,
  down: Vector3,
): { left: string; right: string; top: string; bottom: string } {
  const r = applyToVector(m, right)
  const d = applyToVector(m, down)
  const back = (v: Vector3): Vector3 => [-v[0], -v[1], -v[2]]
  return { left: lettersOf(back(r)), right: lettersOf(r), top: lettersOf(back(d)), bottom: lettersOf(d) }
}
