import { sizeOf } from './tensor.ts'

/**
 * Applies a one-dimensional map to every line of an array along one axis; the axis may change its length.
 *
 * line  gets `input` of the axis' length and writes all of `output`, `target` long
 */
export function alongAxis(
  data: Float64Array,
  dims: readonly number[],
  axis: number,
  target: number,
  line: (input: Float64Array, output: Float64Array) => void,
): { data: Float64Array; dims: number[] } {
  const length = dims[axis]
  const inner = sizeOf(dims.slice(axis + 1))
  const outer = sizeOf(dims.slice(0, axis))
  const out = new Float64Array(outer * target * inner)
  const input = new Float64Array(length)
  const output = new Float64Array(target)
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const from = o * length * inner + i
      for (let p = 0; p < length; p++) input[p] = data[from + p * inner]
      line(input, output)
      const to = o * target * inner + i
      for (let p = 0; p < target; p++) out[to + p * inner] = output[p]
    }
  }
  return { data: out, dims: dims.map((d, a) => (a === axis ? target : d)) }
}
