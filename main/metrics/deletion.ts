import { z } from 'zod'
import { descendingOrder } from '../tensor/sort.ts'
import { fillField, fillPicture } from './fill.ts'
import { mapFields } from './measured-map.ts'
import { modelMetric, trapezoid } from './model-metric.ts'
import { countsByShare, removalCurve } from './removal-curve.ts'

export const stepField = z
  .number()
  .gt(0)
  .max(1)
  .default(0.01)
  .meta({ title: 'Step', description: 'Share of the positions changed per step.', unit: 'fraction' })

/** (area − y_end)/(y_start − y_end), or null when start and end hardly differ. */
export function normalisedArea(area: number, y: readonly number[]): number | null {
  const start = y[0]
  const end = y[y.length - 1]
  return Math.abs(start - end) <= 1e-12 ? null : (area - end) / (start - end)
}

/**
 * Deletion: how fast the score falls when the highest positions are replaced first.
 *
 * After i steps ⌊min(1, i·step)·N + ½⌋ positions are replaced by `fill`, in all channels.
 *
 * value   area under score over share; lower is better. Logits unless output=probability; only like is comparable with like
 * curve   x share replaced, y score; details.normalised = (area − y_end)/(y_start − y_end)
 * ties    by position, first first
 * cost    1/step + 1 forward passes
 * undefined  map-not-finite, input-not-finite, score-not-finite
 * source  Petsiuk, Das & Saenko 2018, arXiv:1806.07421
 */
export const deletion = modelMetric({
  id: 'deletion',
  title: 'Deletion',
  summary: 'How fast the score falls when the map’s highest positions are replaced first. Lower is better.',
  source: 'Petsiuk, Das & Saenko 2018, arXiv:1806.07421',
  direction: 'lower',
  range: [null, null],
  parameters: z.strictObject({ ...mapFields, step: stepField, fill: fillField() }),
  async measure(data, { step, fill }) {
    const order = descendingOrder(data.values)
    const empty = fillPicture(fill, data.x, data.geometry, data.seed)
    const curve = await removalCurve(data, order, countsByShare(order.length, step), data.x, empty)
    const value = trapezoid(curve)
    return { value, chance: null, curve, details: { normalised: normalisedArea(value, curve.y) } }
  },
})
