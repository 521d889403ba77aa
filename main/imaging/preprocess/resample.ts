import type { AxisChoice, TensorAxes } from './axes.ts'
import type { AxisPlan } from './axis-plan.ts'

export type StoredVoxels = Uint8Array | Int16Array | Uint16Array | Int32Array | Float32Array

export interface ResampleSource {
  readonly dims: readonly [number, number, number]
  readonly channels: number
  readonly slope: number
  readonly intercept: number
}

interface Plans {
  readonly w: AxisPlan
  readonly h: AxisPlan
  readonly d: AxisPlan
}

/**
 * Samples an image along its own axes, separably: each needed input layer across D is first shrunk in its plane, then layers are
 * combined, so memory stays at the output plus one layer. Sums in double precision, in the order of the input.
 *
 * returns  one [D, H, W] float32 array per image channel, in values (slope and intercept applied); `padValue` outside the image
 */
export function resample(
  source: ResampleSource,
  voxels: StoredVoxels,
  axes: TensorAxes,
  plans: Plans,
  padValue: number,
): Float32Array[] {
  const strides = [source.channels, source.channels * source.dims[0], source.channels * source.dims[0] * source.dims[1]]
  const [w, h, d] = [plans.w.taps.length, plans.h.taps.length, plans.d.taps.length]
  const readers = readersOf(plans.d, source.dims[axes.d.axis])
  return Array.from({ length: source.channels }, (_, channel) => {
    const sums = new Float64Array(w * h * d)
    for (const [layer, uses] of readers.entries()) {
      if (uses.length === 0) continue
      const offset = channel + layer * strides[axes.d.axis]
      const plane = resamplePlane(voxels, offset, axes, strides, source.dims, plans)
      for (const { out, weight } of uses) {
        const at = out * w * h
        for (let n = 0; n < plane.length; n++) sums[at + n] += weight * plane[n]
      }
    }
    return finish(sums, source, plans, padValue)
  })
}

/** For each input layer the output layers that read it. */
function readersOf(plan: AxisPlan, layers: number): { out: number; weight: number }[][] {
  const readers = Array.from({ length: layers }, (): { out: number; weight: number }[] => [])
  for (const [out, tap] of plan.taps.entries()) {
    if (tap === null) continue
    for (let n = 0; n < tap.index.length; n++) readers[tap.index[n]].push({ out, weight: tap.weight[n] })
  }
  return readers
}

/** One input layer → [H, W]: first along W for every input row, then along H. */
function resamplePlane(
  voxels: StoredVoxels,
  offset: number,
  axes: { readonly w: AxisChoice; readonly h: AxisChoice },
  strides: readonly number[],
  dims: readonly number[],
  plans: Plans,
): Float64Array {
  const rows = dims[axes.h.axis]
  const [w, h] = [plans.w.taps.length, plans.h.taps.length]
  const [across, down] = [strides[axes.w.axis], strides[axes.h.axis]]
  const narrow = new Float64Array(rows * w)
  for (let x = 0; x < w; x++) {
    const tap = plans.w.taps[x]
    if (tap === null) continue
    const { index, weight } = tap
    for (let y = 0; y < rows; y++) {
      const row = offset + y * down
      let sum = 0
      for (let n = 0; n < index.length; n++) sum += weight[n] * voxels[row + index[n] * across]
      narrow[y * w + x] = sum
    }
  }
  const out = new Float64Array(h * w)
  for (let y = 0; y < h; y++) {
    const tap = plans.h.taps[y]
    if (tap === null) continue
    for (let n = 0; n < tap.index.length; n++) {
      const weight = tap.weight[n]
      const row = tap.index[n] * w
      for (let x = 0; x < w; x++) out[y * w + x] += weight * narrow[row + x]
    }
  }
  return out
}

function finish(sums: Float64Array, source: ResampleSource, plans: Plans, padValue: number): Float32Array {
  const [w, h] = [plans.w.taps.length, plans.h.taps.length]
  const out = new Float32Array(sums.length)
  for (let z = 0; z < plans.d.taps.length; z++) {
    for (let y = 0; y < h; y++) {
      const rowOutside = plans.d.taps[z] === null || plans.h.taps[y] === null
      for (let x = 0; x < w; x++) {
        const n = x + w * (y + h * z)
        out[n] = rowOutside || plans.w.taps[x] === null ? padValue : sums[n] * source.slope + source.intercept
      }
    }
  }
  return out
}
