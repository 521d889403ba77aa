import { range, sizeOf } from '../dims.ts'

/** A dense array in double precision, C order: what the slow second opinion of the tests computes with. */
export interface Array64 {
  readonly dims: readonly number[]
  readonly data: Float64Array
}

export function array64(dims: readonly number[], data?: ArrayLike<number>): Array64 {
  const made = new Float64Array(sizeOf(dims))
  if (data) made.set(Array.from(data))
  return { dims: [...dims], data: made }
}

/** Calls `visit` with every index of a shape in C order; the array handed over is reused. */
export function everyIndex(dims: readonly number[], visit: (index: readonly number[], flat: number) => void): void {
  const index = dims.map(() => 0)
  const total = sizeOf(dims)
  for (let flat = 0; flat < total; flat++) {
    visit(index, flat)
    for (let a = dims.length - 1; a >= 0; a--) {
      index[a]++
      if (index[a] < dims[a]) break
      index[a] = 0
    }
  }
}

/** Position of an index in C order. */
export function flatOf(dims: readonly number[], index: readonly number[]): number {
  let flat = 0
  for (let a = 0; a < dims.length; a++) flat = flat * dims[a] + index[a]
  return flat
}

/** Position in x of an index of a larger shape that x broadcasts to. */
export function broadcastAt(x: Array64, index: readonly number[]): number {
  const lead = index.length - x.dims.length
  let flat = 0
  for (let a = 0; a < x.dims.length; a++) flat = flat * x.dims[a] + (x.dims[a] === 1 ? 0 : index[a + lead])
  return flat
}

export function made(dims: readonly number[], value: (index: readonly number[], flat: number) => number): Array64 {
  const out = array64(dims)
  everyIndex(dims, (index, flat) => {
    out.data[flat] = value(index, flat)
  })
  return out
}

export function permuted(x: Array64, perm: readonly number[]): Array64 {
  const source = perm.map(() => 0)
  return made(
    perm.map((p) => x.dims[p]),
    (index) => {
      perm.forEach((p, i) => {
        source[p] = index[i]
      })
      return x.data[flatOf(x.dims, source)]
    },
  )
}

export function reshaped(x: Array64, dims: readonly number[]): Array64 {
  return { dims: [...dims], data: x.data }
}

/** Folds the values of each group of elements that differ only along `axes`. */
export function reduced(
  x: Array64,
  axes: readonly number[],
  keep: boolean,
  fold: (values: readonly number[]) => number,
): Array64 {
  const gone = new Set(axes)
  const kept = x.dims.map((d, a) => (gone.has(a) ? 1 : d))
  const groups = range(0, sizeOf(kept)).map(() => [] as number[])
  everyIndex(x.dims, (index, flat) => {
    groups[
      flatOf(
        kept,
        index.map((v, a) => (gone.has(a) ? 0 : v)),
      )
    ].push(x.data[flat])
  })
  const dims = keep ? kept : x.dims.filter((_, a) => !gone.has(a))
  return array64(dims, groups.map(fold))
}
