import type { Shape } from './document.ts'

/** A closed outline in voxel coordinates of a plane: u and v along the two in-plane index axes. */
export type Outline = readonly (readonly [u: number, v: number])[]

/** What an outline does along the plane's normal. */
export interface OutlineExtent {
  /** First and last slice, inclusive. */
  readonly first: number
  readonly last: number
}

/** Spans [from, to] of voxel centres inside the outline on row v, by the even–odd rule. */
export function rowSpans(outline: Outline, v: number): [number, number][] {
  const crossings: number[] = []
  for (let n = 0; n < outline.length; n++) {
    const [u0, v0] = outline[n]
    const [u1, v1] = outline[(n + 1) % outline.length]
    // Half-open in v, so that a vertex on the row is counted once.
    if (v0 <= v === v1 <= v) continue
    crossings.push(u0 + ((v - v0) / (v1 - v0)) * (u1 - u0))
  }
  crossings.sort((a, b) => a - b)
  const spans: [number, number][] = []
  for (let n = 0; n + 1 < crossings.length; n += 2) {
    const from = Math.ceil(crossings[n])
    const to = Math.floor(crossings[n + 1])
    if (to >= from) spans.push([from, to])
  }
  return spans
}

/**
 * Voxels inside (or, with `outside`, everywhere else on the slices) an outline drawn in a plane.
 *
 * axes    index axes of u, v and the normal
 * extent  slices along the normal
 */
export function outlineShape(
  dims: readonly number[],
  axes: readonly [number, number, number],
  outline: Outline,
  extent: OutlineExtent,
  outside = false,
): Shape {
  return (put) => {
    if (outline.length < 3) return
    const stride = [1, dims[0], dims[0] * dims[1]]
    const [su, sv, sn] = axes.map((a) => stride[a])
    const [nu, nv] = [dims[axes[0]], dims[axes[1]]]
    const first = Math.max(0, extent.first)
    const last = Math.min(dims[axes[2]] - 1, extent.last)
    const inside = new Uint8Array(nu)
    for (let v = 0; v < nv; v++) {
      inside.fill(0)
      for (const [from, to] of rowSpans(outline, v)) inside.fill(1, Math.max(0, from), Math.min(nu, to + 1))
      const wanted = outside ? 0 : 1
      for (let u = 0; u < nu; u++) {
        if (inside[u] !== wanted) continue
        for (let n = first; n <= last; n++) put(u * su + v * sv + n * sn)
      }
    }
  }
}

/** Drops points closer than `least` voxels to their predecessor, so that a slow freehand drag stays small. */
export function thinned(points: Outline, least = 0.35): [number, number][] {
  const kept: [number, number][] = []
  for (const [u, v] of points) {
    const last = kept[kept.length - 1]
    if (!last || Math.hypot(u - last[0], v - last[1]) >= least) kept.push([u, v])
  }
  return kept
}
