import { z } from 'zod'

/** Half-open voxel box [i0, i1, j0, j1, k0, k1]. */
export type Box = readonly [number, number, number, number, number, number]

const index = z.number().int().nonnegative()
export const boxSchema = z
  .tuple([index, index, index, index, index, index])
  .refine(([i0, i1, j0, j1, k0, k1]) => i0 < i1 && j0 < j1 && k0 < k1, 'the box is empty')

export const boxSize = ([i0, i1, j0, j1, k0, k1]: Box): number => (i1 - i0) * (j1 - j0) * (k1 - k0)

/** Writes the values of a box (i fastest) into the whole array of `dims` [ni, nj, nk]. */
export function applyBox(voxels: Uint8Array, dims: readonly number[], box: Box, values: Uint8Array): void {
  const [i0, i1, j0, j1, k0, k1] = box
  const width = i1 - i0
  let at = 0
  for (let k = k0; k < k1; k++) {
    for (let j = j0; j < j1; j++) {
      voxels.set(values.subarray(at, at + width), i0 + dims[0] * (j + dims[1] * k))
      at += width
    }
  }
}

/** Number of voxels of each value but 0. */
export function countValues(voxels: Uint8Array): Record<string, number> {
  const counts = new Float64Array(256)
  for (const value of voxels) counts[value]++
  const result: Record<string, number> = {}
  for (let value = 1; value < 256; value++) if (counts[value] > 0) result[value] = counts[value]
  return result
}
