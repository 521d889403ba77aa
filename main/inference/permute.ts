import { sizeOf, type Tensor } from '../tensor/tensor.ts'

/** Axes rearranged: axis i of the result is axis perm[i] of x. Returns x itself when nothing moves. */
export function permute(x: Tensor, perm: readonly number[]): Tensor {
  if (perm.every((axis, i) => axis === i)) return x
  const strides = x.dims.map((_, i) => sizeOf(x.dims.slice(i + 1)))
  const dims = perm.map((axis) => x.dims[axis])
  const steps = perm.map((axis) => strides[axis])
  const data = new Float32Array(x.data.length)
  const index = dims.map(() => 0)
  let from = 0
  for (let to = 0; to < data.length; to++) {
    data[to] = x.data[from]
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += steps[axis]
      if (++index[axis] < dims[axis]) break
      from -= steps[axis] * dims[axis]
      index[axis] = 0
    }
  }
  return { dims, data }
}

/** The permutation that undoes `perm`. */
export function inverse(perm: readonly number[]): number[] {
  const back = perm.map(() => 0)
  perm.forEach((axis, i) => {
    back[axis] = i
  })
  return back
}
