import { z } from 'zod'
import { descendingOrder } from '../tensor/sort.ts'
import { normalisedArea, stepField } from './deletion.ts'
import { fillField, fillPicture } from './fill.ts'
import { mapFields } from './measured-map.ts'
import { modelMetric, trapezoid } from './model-metric.ts'
import { countsByShare, removalCurve } from './removal-curve.ts'

/**
 * Insertion: how fast the score rises when the highest positions are restored first, starting from the filled image.
 *
 * value   area under score over share; higher is better; details.normalised = (area − y_end)/(y_start − y_end)
 * curve   x share restored, y score
 * fill    a blurred picture (blur:5) is the usual choice here
 * ties    by position, first first
 * cost    1/step + 1 forward passes
 * undefined  map-not-finite, input-not-finite, score-not-finite
 * source  Petsiuk, Das & Saenko 2018, arXiv:1806.07421
 */
export const insertion = modelMetric({
  id: 'insertion',
  title: 'Insertion',
  summary: 'How fast the score rises when the map’s highest positions are restored first. Higher is better.',
  source: 'Petsiuk, Das & Saenko 2018, arXiv:1806.07421',
  direction: 'higher',
  range: [null, null],
  parameters: z.strictObject({ ...mapFields, step: stepField, fill: fillField() }),
  async measure(data, { step, fill }) {
    const order = descendingOrder(data.values)
    const empty = fillPicture(fill, data.x, data.geometry, data.seed)
    const curve = await removalCurve(data, order, countsByShare(order.length, step), empty, data.x)
    const value = trapezoid(curve)
    return { value, chance: null, curve, details: { normalised: normalisedArea(value, curve.y) } }
  },
})
