import type { Grid } from '../../shared/domain/geometry.ts'
import { type Affine, invert, multiply } from '../../shared/geometry/affine.ts'

type Values = Float32Array | Float64Array | Uint8Array

/**
 * Values of one grid read at the voxel centres of another, through both matrices.
 *
 * linear   trilinear, the border repeated for half a voxel
 * nearest  for labels; ties go up
 * returns  the dims of `target`; `outside` where the target's centre lies outside the source's extent
 */
export function ontoGrid<T extends Values>(
  values: T,
  source: Grid,
  target: Grid,
  rule: 'linear' | 'nearest',
  outside: number,
  out: T,
): T {
  const toSource = multiply(invert(source.affine), target.affine)
  const [ni, nj, nk] = target.dims
  let at = 0
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let x = toSource[1] * j + toSource[2] * k + toSource[3]
      let y = toSource[5] * j + toSource[6] * k + toSource[7]
      let z = toSource[9] * j + toSource[10] * k + toSource[11]
      for (let i = 0; i < ni; i++) {
        out[at++] = inside(x, y, z, source.dims)
          ? rule === 'nearest'
            ? nearest(values, source.dims, x, y, z)
            : linear(values, source.dims, x, y, z)
          : outside
        x += toSource[0]
        y += toSource[4]
        z += toSource[8]
      }
    }
  }
  return out
}

/** Half a voxel beyond the outermost centres, with room for rounding. */
function inside(x: number, y: number, z: number, dims: readonly number[]): boolean {
  const slack = 0.5 + 1e-6
  return (
    x >= -slack &&
    y >= -slack &&
    z >= -slack &&
    x <= dims[0] - 1 + slack &&
    y <= dims[1] - 1 + slack &&
    z <= dims[2] - 1 + slack
  )
}

const clamp = (v: number, most: number): number => (v < 0 ? 0 : Math.min(v, most))

function nearest(values: Values, dims: readonly number[], x: number, y: number, z: number): number {
  const i = clamp(Math.floor(x + 0.5), dims[0] - 1)
  const j = clamp(Math.floor(y + 0.5), dims[1] - 1)
  const k = clamp(Math.floor(z + 0.5), dims[2] - 1)
  return values[i + dims[0] * (j + dims[1] * k)]
}

function linear(values: Values, dims: readonly number[], x: number, y: number, z: number): number {
  const [ni, nj, nk] = dims
  const px = clamp(x, ni - 1)
  const py = clamp(y, nj - 1)
  const pz = clamp(z, nk - 1)
  const i = Math.min(Math.floor(px), Math.max(0, ni - 2))
  const j = Math.min(Math.floor(py), Math.max(0, nj - 2))
  const k = Math.min(Math.floor(pz), Math.max(0, nk - 2))
  const di = ni > 1 ? 1 : 0
  const dj = nj > 1 ? ni : 0
  const fx = px - i
  const fy = py - j
  const at = i + ni * (j + nj * k)
  const a = inPlane(values, at, di, dj, fx, fy)
  // One slice has nothing behind it.
  return nk > 1 ? a + (inPlane(values, at + ni * nj, di, dj, fx, fy) - a) * (pz - k) : a
}

function inPlane(values: Values, at: number, di: number, dj: number, fx: number, fy: number): number {
  const a = values[at] + (values[at + di] - values[at]) * fx
  const below = at + dj
  const b = values[below] + (values[below + di] - values[below]) * fx
  return a + (b - a) * fy
}

/**
 * The part of an image a map speaks about: for a 2-D network's single slice that slice, otherwise the whole image.
 * Answers the cropped grid and the first voxel of it in the image.
 */
export function comparedPart(image: Grid, map: Grid): { grid: Grid; first: readonly [number, number, number] } {
  if (map.dims[2] !== 1 || image.dims.every((n, axis) => axis === 2 || n > 1) === false)
    return { grid: image, first: [0, 0, 0] }
  const toImage = multiply(invert(image.affine), map.affine)
  const across = [0, 1, 2].map((axis) => Math.abs(toImage[4 * axis + 2]))
  const axis = across.indexOf(Math.max(...across))
  if (image.dims[axis] === 1) return { grid: image, first: [0, 0, 0] }
  const first: [number, number, number] = [0, 0, 0]
  first[axis] = clamp(Math.round(toImage[4 * axis + 3]), image.dims[axis] - 1)
  const dims: [number, number, number] = [image.dims[0], image.dims[1], image.dims[2]]
  dims[axis] = 1
  return { grid: { ...image, dims, affine: shifted(image.affine, first) }, first }
}

function shifted(affine: Affine, [i, j, k]: readonly [number, number, number]): number[] {
  return [...multiply(affine, [1, 0, 0, i, 0, 1, 0, j, 0, 0, 1, k, 0, 0, 0, 1])]
}

/** Cuts a box out of an array whose i runs fastest. */
export function cut(
  values: Uint8Array,
  dims: readonly number[],
  first: readonly number[],
  size: readonly number[],
): Uint8Array {
  const out = new Uint8Array(size[0] * size[1] * size[2])
  let at = 0
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const from = first[0] + dims[0] * (first[1] + j + dims[1] * (first[2] + k))
      out.set(values.subarray(from, from + size[0]), at)
      at += size[0]
    }
  }
  return out
}
