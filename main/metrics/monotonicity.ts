import { z } from 'zod'
import { ascendingOrder } from '../tensor/sort.ts'
import { fillField, fillPicture } from './fill.ts'
import { mapFields } from './measured-map.ts'
import { modelMetric } from './model-metric.ts'
import { pixelsField, pixelsOf } from './pixel-flipping.ts'
import { countsByPixels, removalCurve } from './removal-curve.ts'

/**
 * Monotonicity: does the score never fall while positions are restored, the least important first?
 *
 * Starts from the filled image; positions enter by rising magnitude of the map, ties first positions first.
 *
 * value   1 if the score never falls, else 0; details.fraction: share of the steps without a fall
 * curve   x share restored, y score
 * undefined  map-not-finite, input-not-finite, score-not-finite
 * source  Arya et al. 2019, arXiv:1909.03012
 */
export const monotonicity = modelMetric({
  id: 'monotonicity',
  title: 'Monotonicity',
  summary: 'Whether the score never falls while positions are restored, the least important first.',
  source: 'Arya et al. 2019, arXiv:1909.03012',
  direction: 'higher',
  range: [0, 1],
  parameters: z.strictObject({ ...mapFields, pixels: pixelsField, fill: fillField() }),
  async measure(data, p) {
    const order = ascendingOrder(data.values.map(Math.abs))
    const empty = fillPicture(p.fill, data.x, data.geometry, data.seed)
    const curve = await removalCurve(
      data,
      order,
      countsByPixels(order.length, pixelsOf(p.pixels, order.length)),
      empty,
      data.x,
    )
    const steps = curve.y.length - 1
    const rises = curve.y.filter((y, i) => i > 0 && y >= curve.y[i - 1]).length
    return { value: rises === steps ? 1 : 0, chance: null, curve, details: { fraction: rises / steps } }
  },
})
