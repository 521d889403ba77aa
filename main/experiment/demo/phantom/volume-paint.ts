import type { Point } from './torso.ts'

/** A CT being drawn: HU in the program's voxel order, i fastest. */
export interface Canvas {
  readonly dims: readonly [number, number, number]
  readonly spacingMm: number
  readonly hu: Float32Array
}

/** Voxel index of a point along one axis; the scan is centred on 0. */
export const toIndex = (canvas: Canvas, axis: 0 | 1 | 2, mm: number): number =>
  mm / canvas.spacingMm + (canvas.dims[axis] - 1) / 2

export const toMm = (canvas: Canvas, axis: 0 | 1 | 2, index: number): number =>
  (index - (canvas.dims[axis] - 1) / 2) * canvas.spacingMm

/** A ball on a tube's centre line. */
export interface Bead {
  readonly at: Point
  readonly radiusMm: number
}

/**
 * Paints a tube through `beads` with `hu`, edges blended over a voxel as a scanner would. Thin tubes fill voxels in part, so fine
 * vessels fade rather than break up. `gate` restricts it to voxels holding 1.
 */
export function paintTube(canvas: Canvas, beads: readonly Bead[], hu: number, gate: Uint8Array | null = null): void {
  for (let b = 1; b < beads.length; b++) {
    const [from, to] = [beads[b - 1], beads[b]]
    const length = Math.hypot(to.at[0] - from.at[0], to.at[1] - from.at[1], to.at[2] - from.at[2])
    const steps = Math.max(1, Math.ceil(length / Math.max(1, 0.7 * Math.min(from.radiusMm, to.radiusMm))))
    for (let s = b === 1 ? 0 : 1; s <= steps; s++) {
      const t = s / steps
      const at: Point = [0, 1, 2].map((a) => from.at[a] + t * (to.at[a] - from.at[a])) as unknown as Point
      paintBall(canvas, at, from.radiusMm + t * (to.radiusMm - from.radiusMm), hu, gate)
    }
  }
}

function paintBall(canvas: Canvas, at: Point, radiusMm: number, hu: number, gate: Uint8Array | null): void {
  const { dims, spacingMm, hu: values } = canvas
  const radius = radiusMm / spacingMm
  const reach = radius + 0.5
  const [ci, cj, ck] = [toIndex(canvas, 0, at[0]), toIndex(canvas, 1, at[1]), toIndex(canvas, 2, at[2])]
  const full = Math.min(1, (2 * radius) ** 2)
  for (let k = Math.max(0, Math.ceil(ck - reach)); k <= Math.min(dims[2] - 1, ck + reach); k++) {
    for (let j = Math.max(0, Math.ceil(cj - reach)); j <= Math.min(dims[1] - 1, cj + reach); j++) {
      for (let i = Math.max(0, Math.ceil(ci - reach)); i <= Math.min(dims[0] - 1, ci + reach); i++) {
        const index = i + dims[0] * (j + dims[1] * k)
        if (gate && gate[index] === 0) continue
        const distance = Math.sqrt((i - ci) ** 2 + (j - cj) ** 2 + (k - ck) ** 2)
        const cover = full * Math.min(1, reach - distance)
        if (cover > 0) values[index] += cover * (hu - values[index])
      }
    }
  }
}

/** Three-tap blur along i and j: the point spread of the reconstruction. */
export function blurSlices(canvas: Canvas, weight: number): void {
  const [ni, nj, nk] = canvas.dims
  const centre = 1 - 2 * weight
  const line = new Float32Array(Math.max(ni, nj))
  const pass = (start: number, step: number, count: number) => {
    for (let n = 0; n < count; n++) line[n] = canvas.hu[start + n * step]
    for (let n = 0; n < count; n++) {
      const around = line[n > 0 ? n - 1 : 0] + line[n < count - 1 ? n + 1 : n]
      canvas.hu[start + n * step] = centre * line[n] + weight * around
    }
  }
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) pass(ni * (j + nj * k), 1, ni)
    for (let i = 0; i < ni; i++) pass(i + ni * nj * k, ni, nj)
  }
}
