import { z } from 'zod'
import { descendingOrder } from '../tensor/sort.ts'
import { fillField, fillPicture } from './fill.ts'
import { mapFields } from './measured-map.ts'
import { modelMetric, trapezoid } from './model-metric.ts'
import { countsByPixels, removalCurve } from './removal-curve.ts'

export const pixelsField = z
  .union([z.literal('auto'), z.number().int().min(1)])
  .default('auto')
  .meta({
    title: 'Pixels',
    description: 'Positions changed per step; auto: a hundredth of all. The last step may be shorter.',
    unit: 'positions',
  })

/** `auto` is ⌈n/100⌉. */
export const pixelsOf = (pixels: number | 'auto', n: number): number =>
  pixels === 'auto' ? Math.ceil(n / 100) : pixels

/**
 * Pixel flipping: deletion by a fixed number of positions per step.
 *
 * value   area under score over share replaced, the unchanged input included; lower is better
 * curve   x share replaced, y score
 * ties    by position, first first
 * cost    ⌈n/pixels⌉ + 1 forward passes
 * undefined  map-not-finite, input-not-finite, score-not-finite
 * source  Bach et al. 2015, PLoS ONE 10(7):e0130140
 */
export const pixelFlipping = modelMetric({
  id: 'pixel-flipping',
  title: 'Pixel flipping',
  summary:
    'How fast the score falls when the highest positions are replaced, a fixed number at a time. Lower is better.',
  source: 'Bach et al. 2015, PLoS ONE 10(7):e0130140',
  direction: 'lower',
  range: [null, null],
  parameters: z.strictObject({ ...mapFields, pixels: pixelsField, fill: fillField() }),
  async measure(data, p) {
    const order = descendingOrder(data.values)
    const empty = fillPicture(p.fill, data.x, data.geometry, data.seed)
    const counts = countsByPixels(order.length, pixelsOf(p.pixels, order.length))
    const curve = await removalCurve(data, order, counts, data.x, empty)
    return { value: trapezoid(curve), chance: null, curve }
  },
})
