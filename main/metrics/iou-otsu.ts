import { z } from 'zod'
import { fillContours } from './fill-contours.ts'
import { maskMetric } from './mask-metric.ts'
import { mapFields, range } from './measured-map.ts'
import { otsuLevel } from './otsu.ts'
import { iou, iouAtArea, overlapOf } from './overlap.ts'

/**
 * IoU of the filled Otsu mask.
 *
 * Scaled to 0 … 1 by its minimum and maximum, times 255, truncated to bytes; Otsu's level over 256 bins; marked where greater; outer
 * contours of more than one position filled. Volumes: one level, contours per slice of the first axis.
 *
 * value   0 … 1, higher is better
 * chance  m/N: everything marked
 * details area (share marked), level, plain and plainArea (without filling), chanceAtArea (a random mask of the marked area)
 * undefined  mask-empty, map-constant, map-not-finite
 * source  Otsu 1979; Saporta et al. 2022, Nature Machine Intelligence (CheXlocalize)
 */
export const iouOtsu = maskMetric({
  id: 'iou-otsu',
  title: 'IoU at Otsu’s threshold',
  summary:
    'Overlap of the mask with the map thresholded by Otsu’s rule, contours filled. Filling can close whole rings.',
  source: 'Otsu 1979; Saporta et al. 2022, Nature Machine Intelligence (CheXlocalize)',
  range: [0, 1],
  needsRange: true,
  parameters: z.strictObject({
    ...mapFields,
    fill: z
      .boolean()
      .default(true)
      .meta({ title: 'Fill', description: 'Fills the outer contours, which closes holes and drops single positions.' }),
  }),
  measure({ values, inside, dims, n, m, share }, { fill }) {
    const { low, high } = range(values)
    const bytes = Uint8Array.from(values, (v) => Math.trunc(((v - low) / (high - low)) * 255))
    const level = otsuLevel(bytes)
    const plain = bytes.map((b) => (b > level ? 1 : 0))
    const marked = fill ? fillContours(plain, dims) : plain
    const overlap = overlapOf(marked, inside)
    const plainOverlap = overlapOf(plain, inside)
    const area = overlap.marked / n
    const details = {
      area,
      level,
      plain: iou(plainOverlap, m),
      plainArea: plainOverlap.marked / n,
      chanceAtArea: iouAtArea(area, share),
    }
    return { value: iou(overlap, m), chance: share, details }
  },
})
