import type { Grid } from '../../shared/domain/geometry.ts'

/** A film of `size`² pixels: a known scale, columns to the patient's left, rows to the feet, no place in space. */
export function filmGrid(size: number, spacingMm: number): Grid {
  return { dims: [size, size, 1], affine: scaled(spacingMm, spacingMm, 1, [0, 0, 0]), physical: true, oriented: false }
}

/** A scan centred on the origin: i to the left, j to the back, k to the head. */
export function scanGrid(dims: readonly [number, number, number], spacingMm: number): Grid {
  const [x, y, z] = dims.map((count) => (-(count - 1) / 2) * spacingMm)
  return { dims: [...dims], affine: scaled(spacingMm, spacingMm, spacingMm, [x, y, z]), physical: true, oriented: true }
}

function scaled(x: number, y: number, z: number, origin: readonly number[]): number[] {
  return [x, 0, 0, origin[0], 0, y, 0, origin[1], 0, 0, z, origin[2], 0, 0, 0, 1]
}
