import { z } from 'zod'
import { maskMetric } from './mask-metric.ts'
import { mapFields, range } from './measured-map.ts'
import { iou, iouAtArea, overlapOf } from './overlap.ts'

/**
 * IoU of the positions whose min–max scaled value is strictly greater than a fixed threshold; nothing is filled.
 *
 * value   0 … 1, higher is better; chance m/N (everything marked)
 * details area, chanceAtArea
 * undefined  mask-empty, map-constant, map-not-finite
 * source  Saporta et al. 2022, Nature Machine Intelligence (thresholds tuned on a set apart, never on the test set)
 */
export const iouThreshold = maskMetric({
  id: 'iou-threshold',
  title: 'IoU at a threshold',
  summary: 'Overlap of the mask with the positions above a fixed threshold of the scaled map.',
  source: 'Saporta et al. 2022, Nature Machine Intelligence',
  range: [0, 1],
  needsRange: true,
  parameters: z.strictObject({
    ...mapFields,
    threshold: z.number().min(0).max(1).default(0.5).meta({
      title: 'Threshold',
      description: 'Of the map scaled to 0 … 1; strictly greater is marked.',
      unit: 'fraction',
    }),
  }),
  measure({ values, inside, n, m, share }, { threshold }) {
    const { low, high } = range(values)
    const marked = Uint8Array.from(values, (v) => ((v - low) / (high - low) > threshold ? 1 : 0))
    const overlap = overlapOf(marked, inside)
    const area = overlap.marked / n
    return { value: iou(overlap, m), chance: share, details: { area, chanceAtArea: iouAtArea(area, share) } }
  },
})
