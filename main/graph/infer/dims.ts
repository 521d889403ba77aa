import { sizeOf } from '../../tensor/tensor.ts'
import { axisFromFront } from '../evaluate/value.ts'

/** The shape Reshape gives: 0 copies (unless `allowZero`), −1 takes the rest. null when it does not fit. */
export function reshapedDims(from: readonly number[], target: readonly number[], allowZero: boolean): number[] | null {
  const dims = target.map((d, i) => (d === 0 && !allowZero ? from[i] : d))
  const open = dims.indexOf(-1)
  if (dims.some((d, i) => d === undefined || (d < 0 && i !== open))) return null
  const size = sizeOf(from)
  if (open >= 0) {
    const rest = sizeOf(dims.filter((_, i) => i !== open))
    dims[open] = rest === 0 ? 0 : size / rest
  }
  return sizeOf(dims) === size && dims.every(Number.isInteger) ? dims : null
}

/** The shape Unsqueeze gives; axes count in the result. null when an axis is outside it. */
export function unsqueezedDims(from: readonly number[], axes: readonly number[]): number[] | null {
  const rank = from.length + axes.length
  const places = axes.map((a) => axisFromFront(a, rank))
  if (places.includes(null) || new Set(places).size < places.length) return null
  const rest = [...from]
  return Array.from({ length: rank }, (_, i) => (places.includes(i) ? 1 : (rest.shift() as number)))
}

export interface SliceRange {
  readonly start: number
  readonly step: number
  readonly count: number
}

/** What Slice takes from each axis, bounds clamped as ONNX says. null when an axis or step is impossible. */
export function slicedRanges(
  dims: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] | null,
  steps: readonly number[] | null,
): SliceRange[] | null {
  const ranges: SliceRange[] = dims.map((count) => ({ start: 0, step: 1, count }))
  for (let i = 0; i < starts.length; i++) {
    const axis = axisFromFront(axes ? axes[i] : i, dims.length)
    const step = steps ? steps[i] : 1
    if (axis === null || step === 0) return null
    const d = dims[axis]
    const clamp = (v: number, low: number, high: number): number => Math.min(Math.max(v < 0 ? v + d : v, low), high)
    const start = step > 0 ? clamp(starts[i], 0, d) : clamp(starts[i], 0, d - 1)
    const end = step > 0 ? clamp(ends[i], 0, d) : clamp(ends[i], -1, d - 1)
    ranges[axis] = { start, step, count: Math.max(0, Math.ceil((end - start) / step)) }
  }
  return ranges
}

/** Sizes of Split's parts: as given, or equal ones with a smaller last. */
export function splitSizes(size: number, parts: number, given: readonly number[] | null): number[] {
  if (given) return [...given]
  const each = Math.ceil(size / parts)
  return Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(each, size - i * each)))
}
