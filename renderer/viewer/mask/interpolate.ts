import { SaliscopeError } from '../../../main/shared/errors.ts'
import { type Box, boundsOf, union } from './box.ts'
import { signedDistance } from './distance.ts'
import type { MaskDocument, Preview } from './document.ts'

interface DrawnSlice {
  readonly index: number
  /** Signed distance in mm on the padded in-plane region. */
  readonly field: Float32Array
  readonly centroid: readonly [number, number]
}

interface Plane {
  readonly axes: readonly [number, number, number]
  readonly u0: number
  readonly v0: number
  readonly nu: number
  readonly nv: number
}

function stridesOf(dims: readonly number[]): [number, number, number] {
  return [1, dims[0], dims[0] * dims[1]]
}

function drawnSlice(document: MaskDocument, plane: Plane, index: number, value: number): DrawnSlice | null {
  const stride = stridesOf(document.dims)
  const [u, v, n] = plane.axes
  const inside = new Uint8Array(plane.nu * plane.nv)
  let count = 0
  let sumU = 0
  let sumV = 0
  for (let b = 0, p = 0; b < plane.nv; b++) {
    for (let a = 0; a < plane.nu; a++, p++) {
      const [iu, iv] = [a + plane.u0, b + plane.v0]
      if (iu < 0 || iv < 0 || iu >= document.dims[u] || iv >= document.dims[v]) continue
      if (document.data[iu * stride[u] + iv * stride[v] + index * stride[n]] !== value) continue
      inside[p] = 1
      count++
      sumU += a
      sumV += b
    }
  }
  if (count === 0) return null
  const spacing = [document.spacing[u], document.spacing[v], 1]
  return {
    index,
    field: signedDistance(inside, [plane.nu, plane.nv, 1], spacing),
    centroid: [sumU / count, sumV / count],
  }
}

/** Bilinear value with positions beyond the region held at its border. */
function sample(field: Float32Array, nu: number, nv: number, u: number, v: number): number {
  const cu = Math.min(nu - 1, Math.max(0, u))
  const cv = Math.min(nv - 1, Math.max(0, v))
  const u0 = Math.min(Math.max(0, nu - 2), Math.floor(cu))
  const v0 = Math.min(Math.max(0, nv - 2), Math.floor(cv))
  const u1 = Math.min(nu - 1, u0 + 1)
  const v1 = Math.min(nv - 1, v0 + 1)
  const s = cu - u0
  const t = cv - v0
  const top = field[v0 * nu + u0] * (1 - s) + field[v0 * nu + u1] * s
  const bottom = field[v1 * nu + u0] * (1 - s) + field[v1 * nu + u1] * s
  return top * (1 - t) + bottom * t
}

function fillBetween(
  document: MaskDocument,
  plane: Plane,
  low: DrawnSlice,
  high: DrawnSlice,
  value: number,
  scratch: Uint8Array,
): Box | null {
  const stride = stridesOf(document.dims)
  const [u, v, n] = plane.axes
  let box: Box | null = null
  for (let index = low.index + 1; index < high.index; index++) {
    const t = (index - low.index) / (high.index - low.index)
    const shift = [0, 1].map((a) => high.centroid[a] - low.centroid[a])
    for (let b = 0; b < plane.nv; b++) {
      for (let a = 0; a < plane.nu; a++) {
        const [iu, iv] = [a + plane.u0, b + plane.v0]
        if (iu < 0 || iv < 0 || iu >= document.dims[u] || iv >= document.dims[v]) continue
        const d0 = sample(low.field, plane.nu, plane.nv, a - t * shift[0], b - t * shift[1])
        const d1 = sample(high.field, plane.nu, plane.nv, a + (1 - t) * shift[0], b + (1 - t) * shift[1])
        if (d0 * (1 - t) + d1 * t >= 0) continue
        scratch[iu * stride[u] + iv * stride[v] + index * stride[n]] = value
        const low3 = [0, 0, 0]
        low3[u] = iu
        low3[v] = iv
        low3[n] = index
        box = union(box, [low3[0], low3[0] + 1, low3[1], low3[1] + 1, low3[2], low3[2] + 1])
      }
    }
  }
  return box
}

/**
 * Fill between slices: shapes between drawn slices by blending their signed distances, after moving both to the
 * interpolated centroid (so that a lesion that wanders from slice to slice stays one body).
 *
 *   d(x) = (1 − t)·d₀(x − t·Δc) + t·d₁(x + (1 − t)·Δc),  inside where d < 0
 *
 * axis    normal of the slices, 0, 1 or 2; drawn slices themselves are left as they are
 * answers a preview in a scratch label; accepting it is one undo item
 * errors  viewer.too-few-slices: fewer than two drawn slices, or no gap between them
 * source  Raya & Udupa 1990, shape-based interpolation
 */
export function interpolateBetweenSlices(document: MaskDocument, value: number, axis: 0 | 1 | 2): Preview {
  const box = document.bounds ? boundsOf(document.data, document.dims, document.bounds, (v) => v === value) : null
  const [u, v] = [0, 1, 2].filter((a) => a !== axis)
  const slices: DrawnSlice[] = []
  if (box) {
    const pad = 2
    const plane: Plane = {
      axes: [u, v, axis],
      u0: box[2 * u] - pad,
      v0: box[2 * v] - pad,
      nu: box[2 * u + 1] - box[2 * u] + 2 * pad,
      nv: box[2 * v + 1] - box[2 * v] + 2 * pad,
    }
    for (let index = box[2 * axis]; index < box[2 * axis + 1]; index++) {
      const slice = drawnSlice(document, plane, index, value)
      if (slice) slices.push(slice)
    }
    const gaps = slices
      .slice(1)
      .map((high, at) => [slices[at], high] as const)
      .filter(([low, high]) => high.index - low.index > 1)
    if (gaps.length > 0) return preview(document, plane, gaps, value)
  }
  throw new SaliscopeError(
    'viewer.too-few-slices',
    slices.length < 2
      ? `Fill between slices needs the segment on at least two slices of this plane; it is on ${slices.length}. Draw it on another slice.`
      : 'The segment is on every slice between its first and last one, so there is nothing to fill.',
    { slices: slices.length },
    'asked',
  )
}

function preview(
  document: MaskDocument,
  plane: Plane,
  gaps: readonly (readonly [DrawnSlice, DrawnSlice])[],
  value: number,
): Preview {
  const scratch = new Uint8Array(document.data.length)
  let box: Box | null = null
  let filled = 0
  for (const [low, high] of gaps) {
    box = union(box, fillBetween(document, plane, low, high, value, scratch))
    filled += high.index - low.index - 1
  }
  const from = gaps[0][0].index + 1
  const to = gaps[gaps.length - 1][1].index + 1
  return {
    title: 'Fill between slices',
    headline: `Preview between slices ${from} and ${to}`,
    detail: `${filled} ${filled === 1 ? 'slice' : 'slices'} filled, 1 undo step`,
    value,
    box: box ?? [0, 0, 0, 0, 0, 0],
    scratch,
  }
}
