/** Arithmetic on shapes; all of it on plain arrays of numbers. */

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((n, d) => n * d, 1)
}

export function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i])
}

export function isIdentity(perm: readonly number[]): boolean {
  return perm.every((p, i) => p === i)
}

export function normaliseAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/** [from, …, to − 1]. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}

/**
 * The common shape of two operands under ONNX's (NumPy's) broadcasting.
 * errors  RangeError: the shapes do not broadcast
 */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return range(0, rank).map((i) => {
    const p = a[i - rank + a.length] ?? 1
    const q = b[i - rank + b.length] ?? 1
    if (p !== q && p !== 1 && q !== 1) throw new RangeError(`[${a}] and [${b}] do not broadcast.`)
    return p === 1 ? q : p
  })
}

/** Shape after a reduction over `axes`, all of them when none is given. */
export function reducedDims(dims: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  const gone = new Set(axes.length === 0 ? dims.map((_, i) => i) : axes.map((a) => normaliseAxis(a, dims.length)))
  return keepDims ? dims.map((d, i) => (gone.has(i) ? 1 : d)) : dims.filter((_, i) => !gone.has(i))
}

/** perm⁻¹. */
export function inversePermutation(perm: readonly number[]): number[] {
  const inverse = new Array<number>(perm.length)
  perm.forEach((p, i) => {
    inverse[p] = i
  })
  return inverse
}
