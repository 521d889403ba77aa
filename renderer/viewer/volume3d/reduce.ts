import type { Grid } from '../../../main/shared/domain/geometry.ts'
import { applyToPoint, dot, multiply, normalise } from '../../../main/shared/geometry/affine.ts'
import { axisVector, inverseOf } from '../geometry/affine.ts'
import { trilinear } from '../slice/sample-map.ts'
import type { ImageLayer, MapLayer } from '../volume/layers.ts'
import { scaledPreset, type VolumePreset } from './presets.ts'

/** Image and map on one reduced grid, two bytes a voxel, as the 3-D view uploads them. */
export interface ReducedVolume {
  readonly grid: Grid
  /** Image in [0], map in [1], interleaved. */
  readonly bytes: Uint8Array
  /** Values that bytes 0 and 255 of the image stand for. */
  readonly low: number
  readonly high: number
}

/** Grid of blocks of `factor` voxels per axis; block centres are the new voxel centres. */
export function reducedGrid(grid: Grid, factor: readonly [number, number, number]): Grid {
  const dims = grid.dims.map((n, axis) => Math.max(1, Math.floor(n / factor[axis]))) as [number, number, number]
  const [fi, fj, fk] = factor
  const block = [fi, 0, 0, (fi - 1) / 2, 0, fj, 0, (fj - 1) / 2, 0, 0, fk, (fk - 1) / 2, 0, 0, 0, 1]
  return { ...grid, dims, affine: [...multiply(grid.affine, block)] }
}

/** Whole block sizes that bring every axis to at most `edge` voxels. */
export function blockFactors(dims: readonly number[], edge: number): [number, number, number] {
  return dims.map((n) => Math.max(1, Math.ceil(n / edge))) as [number, number, number]
}

/** Whether the three voxel axes stand at right angles (to a thousandth); others cannot be drawn in 3-D without distortion. */
export function isOrthogonal(grid: Grid): boolean {
  const unit = [0, 1, 2].map((axis) => normalise(axisVector(grid, axis)))
  return [
    [0, 1],
    [0, 2],
    [1, 2],
  ].every(([a, b]) => Math.abs(dot(unit[a], unit[b])) < 1e-3)
}

/** Block means of the image, scaled to bytes over [low, high]. */
export function reduceImage(
  layer: ImageLayer,
  factor: readonly [number, number, number],
  low: number,
  high: number,
  out: Uint8Array,
): void {
  const { data, volume } = layer
  const [ni, nj] = volume.grid.dims
  const grid = reducedGrid(volume.grid, factor)
  const [mi, mj, mk] = grid.dims
  const [fi, fj, fk] = factor
  const { channels } = volume
  const scale = 255 / (high - low)
  const share = 1 / (fi * fj * fk)
  let p = 0
  for (let k = 0; k < mk; k++) {
    for (let j = 0; j < mj; j++) {
      for (let i = 0; i < mi; i++, p += 2) {
        let sum = 0
        for (let c = 0; c < fk; c++)
          for (let b = 0; b < fj; b++) {
            const row = (i * fi + ni * (j * fj + b + nj * (k * fk + c))) * channels
            for (let a = 0; a < fi; a++) sum += data[row + a * channels]
          }
        const byte = (sum * share * volume.slope + volume.intercept - low) * scale
        out[p] = byte > 0 ? (byte < 255 ? byte + 0.5 : 255) : 0
      }
    }
  }
}

/** The map at the reduced voxels, as the share of its display range above the threshold: 0 below it, 1 … 255 above. */
export function reduceMap(
  grid: Grid,
  map: MapLayer,
  threshold: number,
  high: number,
  signed: boolean,
  out: Uint8Array,
): void {
  const [ni, nj, nk] = grid.dims
  const place = multiply(inverseOf(map.grid), grid.affine)
  const { dims } = map.grid
  let p = 1
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, p += 2) {
        const [a, b, c] = applyToPoint(place, [i, j, k])
        const inside =
          a >= -0.5 && b >= -0.5 && c >= -0.5 && a < dims[0] - 0.5 && b < dims[1] - 0.5 && c < dims[2] - 0.5
        const value = inside ? trilinear(map.data, dims, a, b, c) : 0
        const size = signed ? Math.abs(value) : value
        out[p] = size >= threshold && size > 0 ? Math.max(1, Math.min(255, Math.round((size / high) * 255))) : 0
      }
    }
  }
}

/** A preset's transfer points on the byte scale of a reduced volume. */
export function byteScalePreset(
  preset: VolumePreset,
  modality: string,
  window: { low: number; high: number },
  reduced: Pick<ReducedVolume, 'low' | 'high'>,
): VolumePreset {
  const scaled = scaledPreset(preset, modality, window.low, window.high)
  const toByte = (value: number) => ((value - reduced.low) / (reduced.high - reduced.low)) * 255
  return {
    ...scaled,
    opacity: scaled.opacity.map(([value, opacity]) => [toByte(value), opacity] as const),
    grey: scaled.grey.map(([value, grey]) => [toByte(value), grey] as const),
  }
}
