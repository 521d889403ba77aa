import { z } from 'zod'
import { tensor } from '../tensor/tensor.ts'
import { type Baseline, baselineRuns, baselineSchema, baselinesOf, tieWarning } from './baseline.ts'
import { completenessCheck, itemSums } from './check.ts'
import { advance, type GuidedPath, guidedPath } from './guided-path.ts'
import { itemGeometry } from './item-geometry.ts'
import type { Method, MethodInput } from './method.ts'
import { checkSignal, quietly, type Rows, rowsOfBatch, streamGradients, streamScores } from './rows.ts'

const parameters = z.strictObject({
  steps: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .meta({ title: 'Steps', description: 'Gradients along the path, one after the other.', unit: 'gradients' }),
  fraction: z.number().gt(0).max(1).default(0.25).meta({
    title: 'Fraction',
    description: 'Share of the features that may move at a time: those with the smallest gradients.',
    unit: 'fraction',
  }),
  maximumDistance: z.number().min(0).max(1).default(0.02).meta({
    title: 'Maximum distance',
    description: 'How far from the straight line the path may stray; 0 is plain integrated gradients, 1 is free.',
    unit: 'fraction of the path',
  }),
  baseline: baselineSchema,
})
export type GuidedIntegratedGradientsParameters = z.infer<typeof parameters>

/** One path per item and baseline. */
interface ItemPath {
  readonly item: number
  readonly start: Float64Array
  readonly path: GuidedPath
}

function startPaths(input: MethodInput, baseline: Baseline): ItemPath[] {
  const geometry = itemGeometry(input.model.input)
  const items = input.x.dims[0]
  return Array.from({ length: items }, (_, item) => {
    const x = input.x.data.subarray(item * geometry.size, (item + 1) * geometry.size)
    return baselinesOf(baseline, x, item, items, geometry).map((start) => ({ item, start, path: guidedPath(start, x) }))
  }).flat()
}

/**
 * Guided integrated gradients: a path from the baseline that changes the features with the smallest gradients first.
 *
 *   A = Σ over small moves of (x_new − x_old) ⊙ ∇f(x_step),   one gradient per step, path within `maximumDistance` of the straight line
 *
 * input   x  [N, …item], model units; items run side by side, steps one after the other
 * output  A  same shape, signed; units of the score
 * check   completeness against f(x) − f(x′); holds to first order only
 * cost    `steps` gradients per item, twice for black-white
 * errors  attribution.array-shape (baseline)
 * source  Kapishnikov et al. 2021, arXiv:2106.09788; PAIR saliency GuidedIG
 */
export const guidedIntegratedGradients: Method<GuidedIntegratedGradientsParameters> = {
  id: 'guided-integrated-gradients',
  version: 1,
  title: 'Guided integrated gradients',
  summary:
    'Integrated gradients on a path that changes the features with the smallest gradients first, to avoid noise.',
  source: 'Kapishnikov et al. 2021, arXiv:2106.09788',
  family: 'gradient',
  output: 'pixel',
  needs: ['gradients', 'scores'],
  parameters,
  cost: (p) => ({ forward: 1 + baselineRuns(p.baseline), gradient: p.steps * baselineRuns(p.baseline) }),
  async run(input, p, run) {
    const { model, x, target } = input
    const paths = startPaths(input, p.baseline)
    const rows: Rows = {
      count: paths.length,
      item: (row) => paths[row].item,
      fill: (row, into) => into.set(paths[row].path.here),
    }
    for (let step = 0; step < p.steps; step++) {
      checkSignal(run)
      run.progress(step, p.steps, 'steps on the path')
      await streamGradients(model, target, rows, quietly(run), '', (row, g) => advance(paths[row].path, g, step, p))
    }
    run.progress(p.steps, p.steps, 'steps on the path')
    const items = x.dims[0]
    const runs = paths.length / items
    const size = x.data.length / items
    const map = new Float32Array(x.data.length)
    for (const { item, path } of paths)
      for (let i = 0; i < size; i++) map[item * size + i] += path.attribution[i] / runs
    const scores = new Float64Array(items)
    await streamScores(model, target, rowsOfBatch(x), quietly(run), 'score', (row, score) => {
      scores[row] = score
    })
    const expected = [...scores]
    const starts: Rows = { ...rows, fill: (row, into) => into.set(paths[row].start) }
    await streamScores(model, target, starts, quietly(run), 'score of the baseline', (row, score) => {
      expected[paths[row].item] -= score / runs
    })
    return {
      map: tensor(x.dims, map),
      scores,
      check: completenessCheck(itemSums(map, items), expected),
      warnings: tieWarning(p.baseline),
    }
  },
}
