/** Half-open box of voxels: [i0, i1) × [j0, j1) × [k0, k1). */
export type Box = readonly [i0: number, i1: number, j0: number, j1: number, k0: number, k1: number]

export function union(a: Box | null, b: Box | null): Box | null {
  if (!a || !b) return a ?? b
  return [
    Math.min(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.max(a[3], b[3]),
    Math.min(a[4], b[4]),
    Math.max(a[5], b[5]),
  ]
}

/** The box grown by a number of voxels per axis and cut to the volume. */
export function padded(box: Box, by: readonly number[], dims: readonly number[]): Box {
  const low = (axis: number) => Math.max(0, box[2 * axis] - by[axis])
  const high = (axis: number) => Math.min(dims[axis], box[2 * axis + 1] + by[axis])
  return [low(0), high(0), low(1), high(1), low(2), high(2)]
}

export function boxSize(box: Box): [number, number, number] {
  return [box[1] - box[0], box[3] - box[2], box[5] - box[4]]
}

export function boxVolume(box: Box): number {
  const [a, b, c] = boxSize(box)
  return a * b * c
}

/** Copies the box out of a volume with i fastest. */
export function readBox(data: Uint8Array, dims: readonly number[], box: Box): Uint8Array<ArrayBuffer> {
  const [ni, nj] = boxSize(box)
  const out = new Uint8Array(boxVolume(box))
  let p = 0
  for (let k = box[4]; k < box[5]; k++) {
    for (let j = box[2]; j < box[3]; j++, p += ni) {
      const at = box[0] + dims[0] * (j + dims[1] * k)
      out.set(data.subarray(at, at + ni), p)
    }
  }
  if (nj < 0) throw new RangeError('The box is turned inside out.')
  return out
}

/** Smallest box that holds every voxel for which `holds` is true, within `within`. */
export function boundsOf(
  data: Uint8Array,
  dims: readonly number[],
  within: Box,
  holds: (value: number) => boolean,
): Box | null {
  const wanted = new Uint8Array(256).map((_, value) => (holds(value) ? 1 : 0))
  let [i0, i1, j0, j1, k0, k1] = [dims[0], -1, dims[1], -1, dims[2], -1]
  for (let k = within[4]; k < within[5]; k++) {
    for (let j = within[2]; j < within[3]; j++) {
      const row = dims[0] * (j + dims[1] * k)
      let first = within[0]
      while (first < within[1] && wanted[data[row + first]] === 0) first++
      if (first === within[1]) continue
      let last = within[1] - 1
      while (wanted[data[row + last]] === 0) last--
      if (first < i0) i0 = first
      if (last > i1) i1 = last
      if (j < j0) j0 = j
      if (j > j1) j1 = j
      if (k < k0) k0 = k
      k1 = k
    }
  }
  return k1 < 0 ? null : [i0, i1 + 1, j0, j1 + 1, k0, k1 + 1]
}

export function wholeBox(dims: readonly number[]): Box {
  return [0, dims[0], 0, dims[1], 0, dims[2]]
}
