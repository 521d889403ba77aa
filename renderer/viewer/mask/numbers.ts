import { boundsOf } from './box.ts'
import type { MaskDocument } from './document.ts'

export interface SegmentNumbers {
  readonly voxels: number
  /** Product of the spacings times the voxels; mm² for pictures of one slice. */
  readonly sizeMm: number
  /** Edges of the smallest box along the index axes, in mm. */
  readonly extentMm: readonly [number, number, number]
  /** Of the image's real values; null while they are not loaded. */
  readonly mean: number | null
  readonly deviation: number | null
}

/** Size, extent and image values of a segment; null while nothing of it is marked. */
export function segmentNumbers(document: MaskDocument, value: number): SegmentNumbers | null {
  const { data, dims, spacing, bounds, imageValue } = document
  const box = bounds === null ? null : boundsOf(data, dims, bounds, (v) => v === value)
  if (box === null) return null
  let voxels = 0
  let sum = 0
  let squares = 0
  const [i0, i1, j0, j1, k0, k1] = box
  for (let k = k0; k < k1; k++)
    for (let j = j0; j < j1; j++)
      for (let i = i0; i < i1; i++) {
        const at = i + dims[0] * (j + dims[1] * k)
        if (data[at] !== value) continue
        voxels++
        const image = imageValue?.(at) ?? 0
        sum += image
        squares += image * image
      }
  const mean = imageValue === null ? null : sum / voxels
  const flat = dims[2] === 1
  return {
    voxels,
    sizeMm: voxels * spacing[0] * spacing[1] * (flat ? 1 : spacing[2]),
    extentMm: [0, 1, 2].map((axis) => (box[2 * axis + 1] - box[2 * axis]) * spacing[axis]) as [number, number, number],
    mean,
    deviation: mean === null ? null : Math.sqrt(Math.max(0, squares / voxels - mean * mean)),
  }
}
