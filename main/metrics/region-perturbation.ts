import { z } from 'zod'
import { counterRandom, permutation } from '../tensor/random.ts'
import { fillField, fillPicture } from './fill.ts'
import { groupCurve, groupsByWorth, membersOf } from './groups.ts'
import { mapFields } from './measured-map.ts'
import { modelMetric, trapezoid } from './model-metric.ts'

/** Which patch of the grid every position lies in; the grid starts at the first corner, the last patches are clipped. */
export function patchLabels(dims: readonly number[], patch: number): { labels: Int32Array; count: number } {
  const counts = dims.map((d) => Math.ceil(d / patch))
  const n = dims.reduce((a, b) => a * b, 1)
  const labels = Int32Array.from({ length: n }, (_, position) => {
    let rest = position
    let label = 0
    let stride = 1
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      label += Math.floor((rest % dims[axis]) / patch) * stride
      stride *= counts[axis]
      rest = Math.floor(rest / dims[axis])
    }
    return label
  })
  return { labels, count: counts.reduce((a, b) => a * b, 1) }
}

/**
 * Region perturbation: drop of the score while patches are replaced, those with the largest sum of the map first.
 *
 * value   area under f(x) − f(x_k) over k/L; higher is better for order=morf. details.aopc: the mean over all points
 * curve   x share of the patches, y drop
 * ties    by number of the patch, row by row
 * undefined  map-not-finite, input-not-finite, score-not-finite
 * source  Samek et al. 2016, arXiv:1509.06321
 */
export const regionPerturbation = modelMetric({
  id: 'region-perturbation',
  title: 'Region perturbation',
  summary: 'How far the score drops while patches are replaced, the highest first. Higher is better.',
  source: 'Samek et al. 2016, arXiv:1509.06321',
  direction: 'higher',
  range: [null, null],
  parameters: z.strictObject({
    ...mapFields,
    patch: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(8)
      .meta({ title: 'Patch', description: 'Edge of a patch along every spatial axis.', unit: 'positions' }),
    regions: z
      .union([z.literal('all'), z.number().int().min(1)])
      .default('all')
      .meta({ title: 'Regions', description: 'How many patches are replaced.', unit: 'patches' }),
    order: z
      .enum(['morf', 'lerf', 'random'])
      .default('morf')
      .meta({ title: 'Order', description: 'Most relevant first, least relevant first, or at random from the seed.' }),
    fill: fillField(),
  }),
  async measure(data, p) {
    const { labels, count } = patchLabels(data.geometry.spatialDims, p.patch)
    const sums = new Float64Array(count)
    labels.forEach((label, q) => {
      sums[label] += data.values[q]
    })
    const worth = p.order === 'lerf' ? sums.map((s) => -s) : sums
    const ranked = p.order === 'random' ? permutation(counterRandom(data.seed), 0, 0, count) : groupsByWorth(worth)
    const members = membersOf(labels, count)
    const chosen = p.regions === 'all' ? members.length : Math.min(p.regions, members.length)
    const kept = Array.from(ranked.subarray(0, chosen), (label) => members[label])
    const empty = fillPicture(p.fill, data.x, data.geometry, data.seed)
    const scores = await groupCurve(
      data,
      kept,
      kept.map((_, k) => k),
      empty,
    )
    // x counts all patches of the grid, so a curve of a few of them ends before 1.
    const curve = { x: scores.x.map((_, k) => k / members.length), y: scores.y.map((y) => scores.y[0] - y) }
    const aopc = curve.y.reduce((s, v) => s + v, 0) / curve.y.length
    return { value: trapezoid(curve), chance: null, curve, details: { aopc, patches: members.length } }
  },
})
