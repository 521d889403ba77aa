import type { PanelPlane } from './plane.ts'

export interface Field {
  readonly dims: readonly [number, number, number]
  /** Value at a voxel index; called inside the grid only. */
  at(index: number): number
}

/** Most sub-samples per pixel and axis: enough to shrink a 4 000-pixel radiograph into a 500-pixel panel without moiré. */
const MOST_SUBSAMPLES = 8

/**
 * Values of a field at the pixels of a plane, row by row; NaN outside the grid (beyond half a voxel from its centres).
 * When pixels are wider than voxels each is the mean of sub-samples.
 */
export function samplePlane(field: Field, plane: PanelPlane, interpolation: 'linear' | 'nearest'): Float32Array {
  const { widthPx, heightPx, origin, right, down } = plane
  const per = (v: readonly number[]) =>
    Math.min(MOST_SUBSAMPLES, Math.max(1, Math.ceil(Math.max(...v.map(Math.abs)) - 1e-6)))
  const subs = interpolation === 'nearest' ? 1 : Math.max(per(right), per(down))
  const values = new Float32Array(widthPx * heightPx)
  const read = interpolation === 'linear' ? trilinear : nearest
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      let sum = 0
      let count = 0
      for (let v = 0; v < subs; v++) {
        const py = y + (v + 0.5) / subs - 0.5
        for (let u = 0; u < subs; u++) {
          const px = x + (u + 0.5) / subs - 0.5
          const value = read(
            field,
            origin[0] + px * right[0] + py * down[0],
            origin[1] + px * right[1] + py * down[1],
            origin[2] + px * right[2] + py * down[2],
          )
          if (!Number.isNaN(value)) {
            sum += value
            count++
          }
        }
      }
      values[y * widthPx + x] = count === 0 ? Number.NaN : sum / count
    }
  }
  return values
}

const inside = (p: number, n: number) => p >= -0.5 && p <= n - 0.5

function nearest({ dims, at }: Field, i: number, j: number, k: number): number {
  if (!inside(i, dims[0]) || !inside(j, dims[1]) || !inside(k, dims[2])) return Number.NaN
  const clamp = (p: number, n: number) => Math.min(n - 1, Math.max(0, Math.round(p)))
  return at(clamp(i, dims[0]) + dims[0] * (clamp(j, dims[1]) + dims[1] * clamp(k, dims[2])))
}

function trilinear({ dims, at }: Field, i: number, j: number, k: number): number {
  const [ni, nj, nk] = dims
  if (!inside(i, ni) || !inside(j, nj) || !inside(k, nk)) return Number.NaN
  const low = (p: number, n: number) => Math.min(n - 1, Math.max(0, Math.floor(p)))
  const i0 = low(i, ni)
  const j0 = low(j, nj)
  const k0 = low(k, nk)
  const [fi, fj, fk] = [
    Math.min(1, Math.max(0, i - i0)),
    Math.min(1, Math.max(0, j - j0)),
    Math.min(1, Math.max(0, k - k0)),
  ]
  const line = (jj: number, kk: number) => {
    const base = ni * (jj + nj * kk)
    const a = at(base + i0)
    return fi === 0 || i0 + 1 >= ni ? a : a + fi * (at(base + i0 + 1) - a)
  }
  const sheet = (kk: number) => {
    const a = line(j0, kk)
    return fj === 0 || j0 + 1 >= nj ? a : a + fj * (line(j0 + 1, kk) - a)
  }
  const a = sheet(k0)
  return fk === 0 || k0 + 1 >= nk ? a : a + fk * (sheet(k0 + 1) - a)
}
