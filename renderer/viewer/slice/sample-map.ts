import type { Grid } from '../../../main/shared/domain/geometry.ts'
import { applyToPoint } from '../../../main/shared/geometry/affine.ts'
import { inverseOf } from '../geometry/affine.ts'
import { type PlaneFrame, planeToPatient } from '../geometry/planes.ts'
import { axisWeights, OUTSIDE, sampleSeparable } from './resample.ts'
import { pixelToPlane, type ViewWindow } from './view-window.ts'

/** Voxel position in another grid as a linear function of the pixel: origin + x·perX + y·perY. */
interface Placement {
  readonly origin: readonly [number, number, number]
  readonly perX: readonly [number, number, number]
  readonly perY: readonly [number, number, number]
}

/** Where the picture's pixels lie in the voxels of another grid, by both matrices; nothing is assumed about either grid. */
export function placement(base: Grid, frame: PlaneFrame, slice: number, view: ViewWindow, target: Grid): Placement {
  const inverse = inverseOf(target)
  const at = (x: number, y: number) => {
    const [a, b] = pixelToPlane(view, x, y)
    const [px, py, pz] = planeToPatient(base, frame, a, b, slice)
    return applyToPoint(inverse, [px, py, pz])
  }
  const origin = at(0, 0)
  const x = at(1, 0)
  const y = at(0, 1)
  const minus = (p: readonly number[]) => p.map((v, axis) => v - origin[axis]) as [number, number, number]
  return { origin, perX: minus(x), perY: minus(y) }
}

const tiny = 1e-9

/** The target axis that alone changes with x (or y), or −1 when several do. */
function onlyAxis(step: readonly [number, number, number]): number {
  const moving = [0, 1, 2].filter((axis) => Math.abs(step[axis]) > tiny)
  return moving.length === 1 ? moving[0] : -1
}

function sampleAligned(
  data: Float32Array,
  grid: Grid,
  p: Placement,
  u: number,
  v: number,
  view: ViewWindow,
  linear: boolean,
  out: Float32Array,
): void {
  const n = 3 - u - v
  const { dims } = grid
  const step = [1, dims[0], dims[0] * dims[1]]
  const depth = p.origin[n]
  if (depth < -0.5 || depth >= dims[n] - 0.5) {
    out.fill(OUTSIDE)
    return
  }
  const clamped = Math.min(dims[n] - 1, Math.max(0, linear ? depth : Math.round(depth)))
  const low = Math.floor(clamped)
  const share = clamped - low
  const plane = { width: dims[u], height: dims[v], values: new Float32Array(dims[u] * dims[v]) }
  for (let b = 0, q = 0; b < dims[v]; b++) {
    for (let a = 0; a < dims[u]; a++, q++) {
      const at = a * step[u] + b * step[v] + low * step[n]
      plane.values[q] = share > 0 ? data[at] + (data[at + step[n]] - data[at]) * share : data[at]
    }
  }
  const x = axisWeights(view.width, p.origin[u], p.perX[u], dims[u], linear)
  const y = axisWeights(view.height, p.origin[v], p.perY[v], dims[v], linear)
  sampleSeparable(plane, x, y, linear, out)
}

/** Trilinear value at a voxel position inside the half-voxel border. */
export function trilinear(data: Float32Array, dims: readonly number[], i: number, j: number, k: number): number {
  const ci = Math.min(dims[0] - 1, Math.max(0, i))
  const cj = Math.min(dims[1] - 1, Math.max(0, j))
  const ck = Math.min(dims[2] - 1, Math.max(0, k))
  const i0 = Math.floor(ci)
  const j0 = Math.floor(cj)
  const k0 = Math.floor(ck)
  const di = i0 + 1 < dims[0] ? 1 : 0
  const dj = j0 + 1 < dims[1] ? dims[0] : 0
  const dk = k0 + 1 < dims[2] ? dims[0] * dims[1] : 0
  const s = ci - i0
  const t = cj - j0
  const r = ck - k0
  const o = i0 + dims[0] * (j0 + dims[1] * k0)
  const row = (at: number) => data[at] + (data[at + di] - data[at]) * s
  const layer = (at: number) => row(at) + (row(at + dj) - row(at)) * t
  return layer(o) + (layer(o + dk) - layer(o)) * r
}

function sampleAnyhow(
  data: Float32Array,
  grid: Grid,
  p: Placement,
  view: ViewWindow,
  linear: boolean,
  out: Float32Array,
): void {
  const { dims } = grid
  for (let y = 0, q = 0; y < view.height; y++) {
    let i = p.origin[0] + y * p.perY[0]
    let j = p.origin[1] + y * p.perY[1]
    let k = p.origin[2] + y * p.perY[2]
    for (let x = 0; x < view.width; x++, q++) {
      const inside = i >= -0.5 && j >= -0.5 && k >= -0.5 && i < dims[0] - 0.5 && j < dims[1] - 0.5 && k < dims[2] - 0.5
      if (!inside) out[q] = OUTSIDE
      else if (linear) out[q] = trilinear(data, dims, i, j, k)
      else out[q] = data[Math.round(i) + dims[0] * (Math.round(j) + dims[1] * Math.round(k))]
      i += p.perX[0]
      j += p.perX[1]
      k += p.perX[2]
    }
  }
}

/**
 * A map of any grid at the picture's pixels, placed by matrix. Grids whose axes agree with the screen's go the separable
 * way (depth blended once per slice), all others are sampled pixel by pixel; both give the same values.
 *
 * linear   trilinear inside the half-voxel border, otherwise the voxel that contains the point
 * out      value, NaN where the map itself is not a number, OUTSIDE where the map ends
 */
export function sampleMap(
  data: Float32Array,
  grid: Grid,
  base: Grid,
  frame: PlaneFrame,
  slice: number,
  view: ViewWindow,
  linear: boolean,
  out: Float32Array,
): void {
  const p = placement(base, frame, slice, view, grid)
  const u = onlyAxis(p.perX)
  const v = onlyAxis(p.perY)
  if (u >= 0 && v >= 0 && u !== v) sampleAligned(data, grid, p, u, v, view, linear, out)
  else sampleAnyhow(data, grid, p, view, linear, out)
}
