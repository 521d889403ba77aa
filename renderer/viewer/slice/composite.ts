import { COLOUR_TABLE_SIZE, type ColourTableId, colourTable } from '../../../main/shared/colour/tables.ts'
import { OUTSIDE } from './resample.ts'

/** Grey window of the base image. */
export interface GreyWindow {
  readonly width: number
  readonly level: number
  readonly invert: boolean
}

/** How one map is laid over the base. Values below the threshold are fully transparent, above it the opacity is constant. */
export interface MapStyle {
  readonly low: number
  readonly high: number
  /** Values (signed maps: magnitudes) below are transparent. */
  readonly threshold: number
  readonly signed: boolean
  readonly opacity: number
  readonly table: ColourTableId
  readonly hideZeros: boolean
}

/** One map at the picture's pixels. */
export interface SampledMap {
  readonly values: Float32Array
  readonly style: MapStyle
}

/** Grey 0 … 255 of the base values; NaN and outside are black. DICOM linear window, ends clipped (PS3.3 C.11.2.1.2 without its half steps). */
export function greyLevels(values: Float32Array, window: GreyWindow, out: Uint8Array): void {
  const scale = 255 / Math.max(window.width, 1e-12)
  const low = window.level - window.width / 2
  const flip = window.invert ? 255 : 0
  for (let p = 0; p < values.length; p++) {
    const value = values[p]
    if (!(value > OUTSIDE)) {
      out[p] = 0
      continue
    }
    const grey = (value - low) * scale
    const level = grey <= 0 ? 0 : grey >= 255 ? 255 : (grey + 0.5) | 0
    out[p] = level ^ flip
  }
}

/** Opaque grey pixels (little-endian RGBA words). */
export function paintGrey(grey: Uint8Array, out: Uint32Array): void {
  for (let p = 0; p < grey.length; p++) {
    const g = grey[p]
    out[p] = 0xff000000 | (g << 16) | (g << 8) | g
  }
}

/** Opaque colour pixels from three windowed channels. */
export function paintColour(red: Uint8Array, green: Uint8Array, blue: Uint8Array, out: Uint32Array): void {
  for (let p = 0; p < red.length; p++) out[p] = 0xff000000 | (blue[p] << 16) | (green[p] << 8) | red[p]
}

/** Colour of the hatching that marks positions where a map is not a number. */
const hatchLevel = 150

/**
 * Lays a map over opaque pixels: out = base·(1 − α) + colour·α, rounded to nearest, for values at or above the threshold.
 *
 * values  at the picture's pixels; OUTSIDE leaves the base, NaN draws hatching (one line in eight pixels)
 * signed  the threshold cuts both sides, |value| < threshold
 * source  alpha-over, Porter & Duff 1984
 */
export function overlayMap(out: Uint32Array, width: number, sampled: SampledMap): void {
  const { values, style } = sampled
  const table = colourTable(style.table)
  const last = COLOUR_TABLE_SIZE - 1
  const scale = last / (style.high - style.low)
  const alpha = style.opacity
  const keep = 1 - alpha
  if (alpha <= 0) return
  const magnitude = style.signed
  for (let p = 0; p < values.length; p++) {
    const value = values[p]
    if (value === OUTSIDE) continue
    if (Number.isNaN(value)) {
      const x = p % width
      if (((x + (p - x) / width) & 7) === 0) out[p] = 0xff000000 | (hatchLevel * 0x010101)
      continue
    }
    const size = magnitude && value < 0 ? -value : value
    if (size < style.threshold || (style.hideZeros && value === 0)) continue
    const position = (value - style.low) * scale
    const entry = (position <= 0 ? 0 : position >= last ? last : (position + 0.5) | 0) * 3
    const base = out[p]
    const r = (base & 255) * keep + table[entry] * alpha + 0.5
    const g = ((base >> 8) & 255) * keep + table[entry + 1] * alpha + 0.5
    const b = ((base >> 16) & 255) * keep + table[entry + 2] * alpha + 0.5
    out[p] = 0xff000000 | ((b | 0) << 16) | ((g | 0) << 8) | (r | 0)
  }
}

/** Fills the whole picture's part inside a map's extent with hatching: the map is flat and says nothing. */
export function overlayFlat(out: Uint32Array, width: number, values: Float32Array): void {
  for (let p = 0; p < values.length; p++) {
    if (values[p] === OUTSIDE) continue
    const x = p % width
    if (((x + (p - x) / width) & 7) !== 0) continue
    const base = out[p]
    const mix = (shift: number) => ((((base >> shift) & 255) * 0.6 + hatchLevel * 0.4) | 0) << shift
    out[p] = 0xff000000 | mix(16) | mix(8) | mix(0)
  }
}

/** A label as it is tinted: value → RGB and opacity; hatched previews fill one line in six. */
export interface LabelTint {
  readonly colour: readonly [number, number, number]
  readonly opacity: number
  readonly hatched: boolean
}

/** Tints the labels' area. `labels` are nearest-sampled values at the picture's pixels (0 none). Writes premultiplied-free RGBA on a transparent picture. */
export function paintLabels(
  labels: Uint8Array,
  width: number,
  tints: readonly (LabelTint | undefined)[],
  out: Uint32Array,
): void {
  for (let p = 0; p < labels.length; p++) {
    const tint = tints[labels[p]]
    if (labels[p] === 0 || !tint || tint.opacity <= 0) {
      out[p] = 0
      continue
    }
    const x = p % width
    const on = !tint.hatched || (x - (p - x) / width) % 6 === 0 || (x - (p - x) / width) % 6 === 1
    const alpha = on ? Math.round(tint.opacity * 255) : Math.round(tint.opacity * 64)
    out[p] = (alpha << 24) | (tint.colour[2] << 16) | (tint.colour[1] << 8) | tint.colour[0]
  }
}
