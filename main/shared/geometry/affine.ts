/**
 * 4×4 affine matrices, row-major (16 numbers), as `Grid.affine` holds them: voxel index (i, j, k, 1), centre of the voxel,
 * to patient coordinates in DICOM LPS millimetres.
 */
export type Affine = readonly number[]
export type Vector3 = readonly [number, number, number]

export const identity: Affine = Object.freeze([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])

/** The matrix whose columns are the three steps (mm per index) and the centre of voxel (0, 0, 0). */
export function affineFromColumns(i: Vector3, j: Vector3, k: Vector3, origin: Vector3): Affine {
  const rows = [0, 1, 2].flatMap((r) => [i[r], j[r], k[r], origin[r]])
  return [...rows, 0, 0, 0, 1]
}

/** Step in mm along axis 0 (i), 1 (j) or 2 (k); column 3 is the origin. */
export function column(m: Affine, axis: number): Vector3 {
  return [m[axis], m[4 + axis], m[8 + axis]]
}

/** a · b: first b, then a. */
export function multiply(a: Affine, b: Affine): Affine {
  const out = new Array<number>(16)
  for (let r = 0; r < 4; r++) {
    for (let c = 0; c < 4; c++) {
      let sum = 0
      for (let n = 0; n < 4; n++) sum += a[4 * r + n] * b[4 * n + c]
      out[4 * r + c] = sum
    }
  }
  return out
}

/** Voxel index (fractions allowed) → LPS mm, or any other point through any affine. */
export function applyToPoint(m: Affine, [x, y, z]: Vector3): Vector3 {
  return [
    m[0] * x + m[1] * y + m[2] * z + m[3],
    m[4] * x + m[5] * y + m[6] * z + m[7],
    m[8] * x + m[9] * y + m[10] * z + m[11],
  ]
}

/** A direction: the translation is left out. */
export function applyToVector(m: Affine, [x, y, z]: Vector3): Vector3 {
  return [m[0] * x + m[1] * y + m[2] * z, m[4] * x + m[5] * y + m[6] * z, m[8] * x + m[9] * y + m[10] * z]
}

/** Determinant of the upper left 3×3: signed volume of one voxel in mm³; negative for a left-handed grid. */
export function determinant(m: Affine): number {
  return m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8])
}

/** Inverse by cofactors. Throws RangeError for a matrix that is singular or not finite: callers check with `isInvertible` first. */
export function invert(m: Affine): Affine {
  if (!isInvertible(m)) throw new RangeError('The matrix cannot be inverted.')
  const d = 1 / determinant(m)
  const a = (m[5] * m[10] - m[6] * m[9]) * d
  const b = (m[2] * m[9] - m[1] * m[10]) * d
  const c = (m[1] * m[6] - m[2] * m[5]) * d
  const e = (m[6] * m[8] - m[4] * m[10]) * d
  const f = (m[0] * m[10] - m[2] * m[8]) * d
  const g = (m[2] * m[4] - m[0] * m[6]) * d
  const h = (m[4] * m[9] - m[5] * m[8]) * d
  const i = (m[1] * m[8] - m[0] * m[9]) * d
  const j = (m[0] * m[5] - m[1] * m[4]) * d
  const t: Vector3 = [m[3], m[7], m[11]]
  const moved = (x: number, y: number, z: number): number => -(x * t[0] + y * t[1] + z * t[2])
  return [a, b, c, moved(a, b, c), e, f, g, moved(e, f, g), h, i, j, moved(h, i, j), 0, 0, 0, 1]
}

/** Finite, and no axis lies (nearly) in the plane of the other two: |det| against the product of the axis lengths. */
export function isInvertible(m: Affine): boolean {
  if (m.length !== 16 || !m.every(Number.isFinite)) return false
  const [x, y, z] = spacingOf(m)
  const size = x * y * z
  return size > 0 && Math.abs(determinant(m)) > 1e-6 * size
}

/** Lengths of the three axis steps in mm. */
export function spacingOf(m: Affine): Vector3 {
  return [length(column(m, 0)), length(column(m, 1)), length(column(m, 2))]
}

export function length(v: Vector3): number {
  return Math.hypot(v[0], v[1], v[2])
}

export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function subtract(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

export function scale(v: Vector3, factor: number): Vector3 {
  return [v[0] * factor, v[1] * factor, v[2] * factor]
}

/** Unit length; a zero vector stays zero. */
export function normalise(v: Vector3): Vector3 {
  const n = length(v)
  return n > 0 ? scale(v, 1 / n) : v
}

/** NIfTI's RAS+ millimetres ↔ DICOM's LPS: x and y change sign (its own inverse). */
export function flipRasLps(m: Affine): Affine {
  return m.map((value, index) => (index < 8 && value !== 0 ? -value : value))
}

/** Largest distance in mm between the places two matrices give the eight corners of a grid. */
export function cornerDistance(a: Affine, b: Affine, dims: readonly number[]): number {
  let worst = 0
  for (let corner = 0; corner < 8; corner++) {
    const index: Vector3 = [corner & 1 ? dims[0] - 1 : 0, corner & 2 ? dims[1] - 1 : 0, corner & 4 ? dims[2] - 1 : 0]
    worst = Math.max(worst, length(subtract(applyToPoint(a, index), applyToPoint(b, index))))
  }
  return worst
}
