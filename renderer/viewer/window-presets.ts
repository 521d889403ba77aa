import type { Volume } from '../../main/shared/domain/study.ts'
import type { ImageLayer } from './volume/layers.ts'

export interface WindowPreset {
  /** Digit that chooses it. */
  readonly digit: string
  readonly title: string
  readonly width: number
  readonly level: number
}

/** CT presets in HU; widths and levels are VolView's. Digit 0 is automatic. */
export const ctPresets: readonly WindowPreset[] = [
  { digit: '1', title: 'Soft tissue', width: 350, level: 50 },
  { digit: '2', title: 'Lung', width: 1500, level: -600 },
  { digit: '3', title: 'Bone', width: 1000, level: 400 },
  { digit: '4', title: 'Brain', width: 80, level: 40 },
  { digit: '5', title: 'Air', width: 1000, level: -426 },
]

/** Presets offered for an image: those of CT for CT, else the windows its file carries. */
export function presetsFor(volume: Volume): readonly WindowPreset[] {
  if (volume.modality === 'CT') return ctPresets
  return volume.windows
    .slice(0, 9)
    .map((w, at) => ({ digit: String(at + 1), title: w.name || `File ${at + 1}`, width: w.width, level: w.level }))
}

/** Window that spans the 0.5th to 99.5th percentile of the finite values given. */
export function percentileWindow(
  values: ArrayLike<number>,
  slope: number,
  intercept: number,
): { width: number; level: number } | null {
  const step = Math.max(1, Math.floor(values.length / 200_000))
  const sample = new Float32Array(Math.ceil(values.length / step))
  let count = 0
  for (let at = 0; at < values.length; at += step)
    if (Number.isFinite(values[at])) sample[count++] = values[at] * slope + intercept
  if (count === 0) return null
  const sorted = sample.subarray(0, count).sort()
  const low = sorted[Math.floor(0.005 * (count - 1))]
  const high = sorted[Math.ceil(0.995 * (count - 1))]
  return high > low
    ? { width: high - low, level: (high + low) / 2 }
    : { width: Math.max(1, Math.abs(high) * 0.01), level: high }
}

/** The first usable window of the file, or null. Colour pictures are shown as they are. */
export function fileWindow(volume: Volume): { width: number; level: number } | null {
  if (volume.channels === 3) return { width: 255, level: 127.5 }
  const first = volume.windows.find((w) => Number.isFinite(w.width) && w.width > 0 && Number.isFinite(w.level))
  return first ? { width: first.width, level: first.level } : null
}

/**
 * Automatic window: the file's first valid one, else 0.5–99.5 % of the voxels that are here (padding outside the stored range
 * left out), else the stored range. Never the full range while something better is known.
 */
export function automaticWindow(layer: ImageLayer): { width: number; level: number } {
  const { volume } = layer
  const fromFile = fileWindow(volume)
  if (fromFile) return fromFile
  const [low, high] = volume.range
  const middle = Math.floor(volume.grid.dims[2] / 2)
  const perSlice = volume.grid.dims[0] * volume.grid.dims[1] * volume.channels
  const early = layer.early.get(`2:${middle}`)
  const complete = layer.loaded.every((v) => v === 1)
  const voxels = complete ? layer.data : (early ?? layer.data.subarray(middle * perSlice, (middle + 1) * perSlice))
  if (complete || early || layer.loaded[middle] === 1) {
    const unpadded = Float32Array.from(voxels as ArrayLike<number>, (v) => {
      const value = v * volume.slope + volume.intercept
      return value < low || value > high ? Number.NaN : value
    })
    const window = percentileWindow(unpadded, 1, 0)
    if (window) return window
  }
  return { width: Math.max(1e-6, high - low), level: (low + high) / 2 }
}
