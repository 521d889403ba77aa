import { z } from 'zod'
import { segmenterFields, segmentsOf } from '../attribution/segments.ts'
import { fillField, fillPicture } from './fill.ts'
import { groupCurve, groupsByWorth, membersOf } from './groups.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { modelMetric, trapezoid } from './model-metric.ts'

/**
 * IROF: the score left while segments are replaced, those with the highest mean first.
 *
 *   y_k = f_k/f_0, x_k = k/M, value = 1 − area
 *
 * value   higher is better. A negative f_0 turns the curve around and is warned about: use output=probability
 * fill    by default the mean of the original per channel
 * undefined  score-zero, map-not-finite, input-not-finite, score-not-finite
 * source  Rieger & Hansen 2020, arXiv:2003.08747
 */
export const irof = modelMetric({
  id: 'irof',
  title: 'IROF',
  summary: 'How much of the score is lost while segments are replaced, the highest first. Higher is better.',
  source: 'Rieger & Hansen 2020, arXiv:2003.08747',
  direction: 'higher',
  range: [null, null],
  parameters: z.strictObject({ ...mapFields, ...segmenterFields('slic'), fill: fillField('mean') }),
  async measure(data, p) {
    const { labels, count } = segmentsOf(data.x, 0, 1, data.geometry, p)
    const members = membersOf(labels, count)
    const means = members.map((positions) => positions.reduce((s, q) => s + data.values[q], 0) / positions.length)
    const empty = fillPicture(p.fill, data.x, data.geometry, data.seed)
    const scores = await groupCurve(data, members, groupsByWorth(means), empty)
    const start = scores.y[0]
    if (start === 0) return undefinedBecause('score-zero')
    const curve = { x: scores.x, y: scores.y.map((y) => y / start) }
    const warnings =
      start < 0
        ? ['The score of the unchanged input is negative, which turns the curve around; use output=probability.']
        : []
    return { value: 1 - trapezoid(curve), chance: null, curve, details: { segments: count, score: start }, warnings }
  },
})
