import type { Merge } from '../shared/domain/map.ts'
import { sizeOf } from './tensor.ts'

/** How one position's channel values become one number. */
const rules: Readonly<
  Record<Merge, { start: number; step: (so: number, value: number) => number; end: (so: number) => number }>
> = {
  sum: { start: 0, step: (s, v) => s + v, end: (s) => s },
  'absolute-sum': { start: 0, step: (s, v) => s + Math.abs(v), end: (s) => s },
  'sum-absolute': { start: 0, step: (s, v) => s + v, end: Math.abs },
  max: { start: Number.NEGATIVE_INFINITY, step: Math.max, end: (s) => s },
  'max-absolute': { start: 0, step: (s, v) => Math.max(s, Math.abs(v)), end: (s) => s },
  l2: { start: 0, step: (s, v) => s + v * v, end: Math.sqrt },
}

/**
 * Merges the channel axis of one item away.
 *
 *   sum Σv · absolute-sum Σ|v| · sum-absolute |Σv| · max · max-absolute · l2 √Σv²
 *
 * data    an array of `dims`, batch axis excluded
 * axis    the channel axis within dims; null: there is none, and each value is its own only channel
 * returns double precision, the shape of dims without that axis
 */
export function mergeChannels(
  data: Float32Array | Float64Array,
  dims: readonly number[],
  axis: number | null,
  merge: Merge,
): Float64Array {
  const rule = rules[merge]
  const channels = axis === null ? 1 : dims[axis]
  const inner = axis === null ? sizeOf(dims) : sizeOf(dims.slice(axis + 1))
  const outer = axis === null ? 1 : sizeOf(dims.slice(0, axis))
  const out = new Float64Array(outer * inner)
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let value = rule.start
      for (let c = 0; c < channels; c++) value = rule.step(value, data[(o * channels + c) * inner + i])
      out[o * inner + i] = rule.end(value)
    }
  }
  return out
}
