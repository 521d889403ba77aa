/** A dense float32 array in C order (last axis fastest). `data.length` is the product of `dims`. */
export interface Tensor {
  readonly dims: readonly number[]
  readonly data: Float32Array
}

export function sizeOf(dims: readonly number[]): number {
  let n = 1
  for (const d of dims) n *= d
  return n
}

export function tensor(dims: readonly number[], data?: Float32Array): Tensor {
  const size = sizeOf(dims)
  if (data && data.length !== size) {
    throw new RangeError(`A tensor of [${dims.join(', ')}] needs ${size} values, not ${data.length}.`)
  }
  return { dims: [...dims], data: data ?? new Float32Array(size) }
}

/** Item `n` of a batch as a view on the same memory, dims [1, …rest]. */
export function itemOf(x: Tensor, n: number): Tensor {
  const rest = x.dims.slice(1)
  const size = sizeOf(rest)
  return { dims: [1, ...rest], data: x.data.subarray(n * size, (n + 1) * size) }
}
