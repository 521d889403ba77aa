import { type Box, boxSize } from './box.ts'

export type Connectivity = '2-D' | '3-D'

/** Connected parts of a binary box: `part` is 0 outside and 1 … count inside, `sizes[n]` the voxels of part n + 1. */
export interface Components {
  readonly part: Uint32Array
  readonly sizes: readonly number[]
}

/**
 * Labels face-connected parts (6-neighbours; '2-D' joins only inside slices normal to `axis`, 4-neighbours).
 * inside  one byte per voxel of the box, i fastest
 */
export function components(
  inside: Uint8Array,
  size: readonly [number, number, number],
  connectivity: Connectivity = '3-D',
  axis = 2,
): Components {
  const part = new Uint32Array(inside.length)
  const sizes: number[] = []
  const stack = new Uint32Array(inside.length)
  const stride = [1, size[0], size[0] * size[1]]
  const axes = [0, 1, 2].filter((a) => connectivity === '3-D' || a !== axis)
  for (let seed = 0; seed < inside.length; seed++) {
    if (inside[seed] === 0 || part[seed] !== 0) continue
    const id = sizes.length + 1
    let top = 0
    let count = 0
    stack[top++] = seed
    part[seed] = id
    while (top > 0) {
      const at = stack[--top]
      count++
      for (const a of axes) {
        const position = Math.floor(at / stride[a]) % size[a]
        if (position > 0 && inside[at - stride[a]] !== 0 && part[at - stride[a]] === 0) {
          part[at - stride[a]] = id
          stack[top++] = at - stride[a]
        }
        if (position + 1 < size[a] && inside[at + stride[a]] !== 0 && part[at + stride[a]] === 0) {
          part[at + stride[a]] = id
          stack[top++] = at + stride[a]
        }
      }
    }
    sizes.push(count)
  }
  return { part, sizes }
}

/** One byte per voxel of the box: 1 where the volume holds the value. */
export function binaryBox(data: Uint8Array, dims: readonly number[], box: Box, value: number): Uint8Array {
  const [ni, nj, nk] = boxSize(box)
  const out = new Uint8Array(ni * nj * nk)
  let p = 0
  for (let k = box[4]; k < box[5]; k++)
    for (let j = box[2]; j < box[3]; j++) {
      const row = dims[0] * (j + dims[1] * k)
      for (let i = box[0]; i < box[1]; i++) out[p++] = data[row + i] === value ? 1 : 0
    }
  return out
}

/** Offset in the volume of a position in the box. */
export function boxToVolume(at: number, box: Box, dims: readonly number[]): number {
  const [ni, nj] = boxSize(box)
  const i = at % ni
  const j = Math.floor(at / ni) % nj
  const k = Math.floor(at / (ni * nj))
  return box[0] + i + dims[0] * (box[2] + j + dims[1] * (box[4] + k))
}
