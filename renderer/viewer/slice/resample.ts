import type { PlaneFrame } from '../geometry/planes.ts'
import type { PlaneValues } from '../volume/layers.ts'
import type { ViewWindow } from './view-window.ts'

/** Marks picture pixels outside the data; NaN is kept for data that is itself not a number. */
export const OUTSIDE = Number.NEGATIVE_INFINITY

interface AxisWeights {
  /** Index of the lower neighbour, −1 outside. */
  readonly low: Int32Array
  readonly high: Int32Array
  readonly share: Float32Array
}

/**
 * For every pixel of one screen axis the two voxels and the share of the upper one.
 * position = offset + pixel·step, in voxels. Inside means within the half-voxel border [−½, count − ½].
 */
export function axisWeights(pixels: number, offset: number, step: number, count: number, linear: boolean): AxisWeights {
  const low = new Int32Array(pixels)
  const high = new Int32Array(pixels)
  const share = new Float32Array(pixels)
  for (let p = 0; p < pixels; p++) {
    const position = offset + p * step
    if (position < -0.5 || position >= count - 0.5) {
      low[p] = -1
      continue
    }
    if (!linear) {
      low[p] = high[p] = Math.min(count - 1, Math.max(0, Math.round(position)))
      continue
    }
    const clamped = Math.min(count - 1, Math.max(0, position))
    low[p] = Math.floor(clamped)
    high[p] = Math.min(count - 1, low[p] + 1)
    share[p] = clamped - low[p]
  }
  return { low, high, share }
}

/** Voxel position of the first pixel's centre and the step per pixel, along one axis of a frame. */
export function axisPlacement(frame: PlaneFrame, view: ViewWindow, which: 0 | 1): { offset: number; step: number } {
  const pixels = which === 0 ? view.width : view.height
  const mm = view.centre[which] + (0.5 - pixels / 2) * view.mmPerPixel
  const position = mm / frame.spacing[which]
  const step = view.mmPerPixel / frame.spacing[which]
  if (frame.signs[which] > 0) return { offset: position, step }
  return { offset: frame.size[which] - 1 - position, step: -step }
}

/** Means over blocks of fx × fy values; the last block of a row or column may be smaller. NaN spreads to its block. */
export function blockMeans(plane: PlaneValues, fx: number, fy: number): PlaneValues {
  const width = Math.ceil(plane.width / fx)
  const height = Math.ceil(plane.height / fy)
  const values = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const y1 = Math.min(plane.height, (y + 1) * fy)
    for (let x = 0; x < width; x++) {
      const x1 = Math.min(plane.width, (x + 1) * fx)
      let sum = 0
      for (let v = y * fy; v < y1; v++) for (let u = x * fx; u < x1; u++) sum += plane.values[v * plane.width + u]
      values[y * width + x] = sum / ((x1 - x * fx) * (y1 - y * fy))
    }
  }
  return { width, height, values }
}

/** Separable bilinear (or nearest) sampling of a plane with known placement of both axes. Pixels outside become OUTSIDE. */
export function sampleSeparable(
  plane: PlaneValues,
  x: AxisWeights,
  y: AxisWeights,
  linear: boolean,
  out: Float32Array,
): void {
  const { width, values } = plane
  const pixels = x.low.length
  const { low, high, share } = x
  for (let row = 0, p = 0; row < y.low.length; row++) {
    if (y.low[row] < 0) {
      out.fill(OUTSIDE, p, p + pixels)
      p += pixels
      continue
    }
    const top = y.low[row] * width
    if (!linear) {
      for (let col = 0; col < pixels; col++, p++) out[p] = low[col] < 0 ? OUTSIDE : values[top + low[col]]
      continue
    }
    const bottom = y.high[row] * width
    const t = y.share[row]
    for (let col = 0; col < pixels; col++, p++) {
      const l = low[col]
      if (l < 0) {
        out[p] = OUTSIDE
        continue
      }
      const h = high[col]
      const s = share[col]
      const upper = values[top + l] + (values[top + h] - values[top + l]) * s
      out[p] = upper + (values[bottom + l] + (values[bottom + h] - values[bottom + l]) * s - upper) * t
    }
  }
}

/**
 * A plane of the image at the picture's pixels. Where more than two voxels fall on a pixel the plane is averaged in whole
 * blocks first, so that a large radiograph does not alias when shown small.
 */
export function samplePlane(
  plane: PlaneValues,
  frame: PlaneFrame,
  view: ViewWindow,
  linear: boolean,
  out: Float32Array,
  means: (fx: number, fy: number) => PlaneValues = (fx, fy) => blockMeans(plane, fx, fy),
): void {
  const place = [axisPlacement(frame, view, 0), axisPlacement(frame, view, 1)]
  const factors = linear ? place.map((p) => Math.max(1, Math.floor(Math.abs(p.step)))) : [1, 1]
  const source = factors[0] > 1 || factors[1] > 1 ? means(factors[0], factors[1]) : plane
  const weights = ([0, 1] as const).map((which) => {
    const f = factors[which]
    const count = which === 0 ? source.width : source.height
    return axisWeights(
      which === 0 ? view.width : view.height,
      (place[which].offset - (f - 1) / 2) / f,
      place[which].step / f,
      count,
      linear,
    )
  })
  sampleSeparable(source, weights[0], weights[1], linear, out)
}
