/** Overlap of two sets of positions. */
export interface Overlap {
  readonly marked: number
  readonly common: number
}

export function overlapOf(marked: Uint8Array, inside: Uint8Array): Overlap {
  let count = 0
  let common = 0
  for (let i = 0; i < marked.length; i++) {
    count += marked[i]
    common += marked[i] & inside[i]
  }
  return { marked: count, common }
}

/** Intersection over union; m positions are inside. */
export function iou({ marked, common }: Overlap, m: number): number {
  return common / (marked + m - common)
}

/** IoU that a random set of the same area would reach in the mean field: p·a/(p + a − p·a). */
export function iouAtArea(p: number, a: number): number {
  return p + a === 0 ? 0 : (p * a) / (p + a - p * a)
}
