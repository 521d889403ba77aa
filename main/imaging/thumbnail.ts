import type { Window } from '../shared/domain/study.ts'
import { encodePng } from './pictures/png.ts'

/** One slice to be shown small; values after slope and intercept decide with the window. */
export interface SliceForThumbnail {
  readonly values: ArrayLike<number>
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly slope: number
  readonly intercept: number
  readonly window: Window | null
  readonly inverted: boolean
  readonly padding: readonly [number, number] | null
  /** Height of a pixel over its width. */
  readonly aspect: number
  /** Nearest values instead of means, and full contrast: for masks. */
  readonly labels: boolean
}

/** Data URL of a PNG of at most `limit` pixels a side: each pixel is the mean of the area it covers, in the right proportions. */
export function thumbnail(slice: SliceForThumbnail, limit = 96): string {
  const heightMm = slice.height * slice.aspect
  const scale = limit / Math.max(slice.width, heightMm)
  const width = Math.max(1, Math.min(limit, Math.round(slice.width * Math.min(1, scale))))
  const height = Math.max(1, Math.min(limit, Math.round(heightMm * Math.min(1, scale))))
  const pixels = reduce(slice, width, height)
  return `data:image/png;base64,${encodePng(pixels, width, height, slice.channels).toString('base64')}`
}

function reduce(slice: SliceForThumbnail, width: number, height: number): Uint8Array {
  const { channels } = slice
  const [low, high] = slice.channels === 3 ? [0, largest(slice.values) > 255 ? 65_535 : 255] : displayRange(slice)
  const out = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const value = slice.labels ? sampleAt(slice, x, y, width, height, c) : meanOver(slice, x, y, width, height, c)
        const unit = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0
        out[(y * width + x) * channels + c] = Math.round(255 * (slice.inverted ? 1 - unit : unit))
      }
    }
  }
  return out
}

function sampleAt(slice: SliceForThumbnail, x: number, y: number, width: number, height: number, c: number): number {
  const i = Math.floor(((x + 0.5) * slice.width) / width)
  const j = Math.floor(((y + 0.5) * slice.height) / height)
  return slice.values[(j * slice.width + i) * slice.channels + c] * slice.slope + slice.intercept
}

function meanOver(slice: SliceForThumbnail, x: number, y: number, width: number, height: number, c: number): number {
  const i0 = Math.floor((x * slice.width) / width)
  const i1 = Math.max(i0 + 1, Math.floor(((x + 1) * slice.width) / width))
  const j0 = Math.floor((y * slice.height) / height)
  const j1 = Math.max(j0 + 1, Math.floor(((y + 1) * slice.height) / height))
  let sum = 0
  let count = 0
  for (let j = j0; j < j1; j++) {
    for (let i = i0; i < i1; i++) {
      const value = slice.values[(j * slice.width + i) * slice.channels + c]
      if (!Number.isFinite(value)) continue
      sum += value
      count++
    }
  }
  return count > 0 ? (sum / count) * slice.slope + slice.intercept : slice.intercept
}

/** The file's window, or the 1st to the 99th percentile of the values that count. */
export function displayRange(slice: SliceForThumbnail): [number, number] {
  if (slice.labels) return [0, largest(slice.values)]
  if (slice.window) return [slice.window.level - slice.window.width / 2, slice.window.level + slice.window.width / 2]
  const [from, to] = slice.padding ?? [1, 0]
  const step = Math.max(1, Math.floor(slice.values.length / 20_000))
  const sample: number[] = []
  for (let n = 0; n < slice.values.length; n += step) {
    const value = slice.values[n]
    if (Number.isFinite(value) && !(value >= from && value <= to)) sample.push(value * slice.slope + slice.intercept)
  }
  if (sample.length === 0) return [0, 1]
  sample.sort((a, b) => a - b)
  const at = (share: number): number => sample[Math.min(sample.length - 1, Math.floor(share * sample.length))]
  const [low, high] = [at(0.01), at(0.99)]
  return high > low ? [low, high] : [sample[0], sample[sample.length - 1]]
}

function largest(values: ArrayLike<number>): number {
  let high = 0
  for (let n = 0; n < values.length; n++) if (values[n] > high) high = values[n]
  return high
}
