import type { PlaneFrame } from '../geometry/planes.ts'
import { type ImageLayer, type PlaneValues, strides } from '../volume/layers.ts'
import type { VoxelArray } from '../volume/voxels.ts'

export type SlabMode = 'off' | 'max' | 'min' | 'mean'

export interface Slab {
  readonly mode: SlabMode
  readonly thicknessMm: number
}

/** Slices [first, last] a slab of the given thickness covers round a slice; at least the slice itself. */
export function slabSlices(frame: PlaneFrame, slice: number, slab: Slab): [number, number] {
  if (slab.mode === 'off') return [slice, slice]
  const half = Math.max(0, (slab.thicknessMm / frame.spacing[2] - 1) / 2)
  return [Math.max(0, Math.ceil(slice - half - 1e-6)), Math.min(frame.size[2] - 1, Math.floor(slice + half + 1e-6))]
}

interface Geometry {
  readonly data: VoxelArray
  readonly start: number
  readonly step: readonly [number, number, number]
  readonly count: readonly [number, number, number]
}

function reduce(g: Geometry, mode: SlabMode, slope: number, intercept: number, out: Float32Array): void {
  const [su, sv, sn] = g.step
  const [nu, nv, nn] = g.count
  const { data } = g
  const scale = mode === 'mean' ? slope / nn : slope
  let p = 0
  for (let v = 0; v < nv; v++) {
    for (let u = 0, at = g.start + v * sv; u < nu; u++, at += su) {
      let value = data[at]
      if (nn > 1) {
        let q = at + sn
        if (mode === 'max') for (let n = 1; n < nn; n++, q += sn) value = Math.max(data[q], value)
        else if (mode === 'min') for (let n = 1; n < nn; n++, q += sn) value = Math.min(data[q], value)
        else for (let n = 1; n < nn; n++, q += sn) value += data[q]
      }
      out[p++] = value * scale + intercept
    }
  }
}

function blankUnloaded(layer: ImageLayer, frame: PlaneFrame, first: number, last: number, out: Float32Array): void {
  const [nu, nv] = frame.size
  if (frame.axes[2] === 2) {
    for (let k = first; k <= last; k++) if (layer.loaded[k] === 0) out.fill(Number.NaN)
    return
  }
  const kAlong = frame.axes[0] === 2 ? 0 : 1
  for (let k = 0; k < layer.loaded.length; k++) {
    if (layer.loaded[k] === 1) continue
    if (kAlong === 1) out.fill(Number.NaN, k * nu, (k + 1) * nu)
    else for (let v = 0; v < nv; v++) out[v * nu + k] = Number.NaN
  }
}

/** A slice that came alone, in ascending order of the two other axes; put into the frame's order. */
function fromEarly(early: VoxelArray, layer: ImageLayer, frame: PlaneFrame, channel: number, out: Float32Array): void {
  const { volume } = layer
  const [nu, nv] = frame.size
  const flipped = frame.axes[0] > frame.axes[1]
  for (let v = 0, p = 0; v < nv; v++) {
    for (let u = 0; u < nu; u++, p++) {
      const at = flipped ? v + nv * u : u + nu * v
      out[p] = early[at * volume.channels + channel] * volume.slope + volume.intercept
    }
  }
}

/**
 * One plane of the image, in units of its values (slope and intercept applied), index order along both axes.
 * A slab takes the maximum, minimum or mean over its slices. Voxels that have not arrived are NaN.
 */
export function extractPlane(
  layer: ImageLayer,
  frame: PlaneFrame,
  slice: number,
  slab: Slab,
  channel = 0,
): PlaneValues {
  const { volume, data } = layer
  const [nu, nv] = frame.size
  const values = new Float32Array(nu * nv)
  const [first, last] = slabSlices(frame, slice, slab)
  const early = first === last ? layer.early.get(`${frame.axes[2]}:${slice}`) : undefined
  if (early) fromEarly(early, layer, frame, channel, values)
  else {
    const step = strides(volume.grid.dims, frame, volume.channels)
    const mode =
      volume.slope < 0 && slab.mode === 'max' ? 'min' : volume.slope < 0 && slab.mode === 'min' ? 'max' : slab.mode
    const geometry = { data, start: channel + first * step[2], step, count: [nu, nv, last - first + 1] as const }
    reduce(geometry, mode, volume.slope, volume.intercept, values)
    blankUnloaded(layer, frame, first, last, values)
  }
  return { width: nu, height: nv, values }
}

/** One plane of a label volume, same order; labels are never averaged, a slab shows the slice itself. */
export function extractLabels(
  data: Uint8Array,
  dims: readonly number[],
  frame: PlaneFrame,
  slice: number,
  out: Uint8Array = new Uint8Array(frame.size[0] * frame.size[1]),
): Uint8Array {
  const [su, sv, sn] = strides(dims, frame)
  const [nu, nv] = frame.size
  let p = 0
  for (let v = 0; v < nv; v++) {
    const start = slice * sn + v * sv
    if (su === 1) out.set(data.subarray(start, start + nu), p)
    else for (let u = 0, at = start; u < nu; u++, at += su) out[p + u] = data[at]
    p += nu
  }
  return out
}
