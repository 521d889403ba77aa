import { z } from 'zod'
import type { Run } from '../shared/run.ts'
import { tensor } from '../tensor/tensor.ts'
import { type Baseline, baselineRuns, baselineSchema, baselinesOf, tieWarning } from './baseline.ts'
import { completenessCheck, itemSums, sumOf } from './check.ts'
import { type ItemGeometry, itemGeometry } from './item-geometry.ts'
import type { Method, MethodInput } from './method.ts'
import { type PathRule, pathNodes, pathRuleSchema } from './path-rule.ts'
import { type Rows, rowsOfBatch, streamGradients, streamScores } from './rows.ts'

const parameters = z.strictObject({
  steps: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(50)
    .meta({ title: 'Steps', description: 'Points on the path from the baseline to the input.', unit: 'gradients' }),
  rule: pathRuleSchema,
  baseline: baselineSchema,
  tolerance: z.number().min(0).max(1).default(0).meta({
    title: 'Tolerance',
    description:
      'Doubles the steps of an item until its completeness gap is below this share of |f(x) − f(x′)|. 0 leaves the steps as they are.',
    unit: 'fraction',
  }),
  maximumSteps: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(800)
    .meta({ title: 'Maximum steps', description: 'Where the doubling ends.', unit: 'gradients' }),
})
export type IntegratedGradientsParameters = z.infer<typeof parameters>

/** One item's way: where it starts and what is known of its score there. */
interface Path {
  readonly item: number
  readonly start: Float64Array
}

/** Rows of points on several paths: row = path·steps + step. */
function pointRows(x: Float32Array, paths: readonly Path[], alphas: Float64Array, size: number): Rows {
  const steps = alphas.length
  return {
    count: paths.length * steps,
    item: (row) => paths[Math.floor(row / steps)].item,
    fill(row, into) {
      const { item, start } = paths[Math.floor(row / steps)]
      const alpha = alphas[row % steps]
      const own = x.subarray(item * size, (item + 1) * size)
      for (let i = 0; i < size; i++) into[i] = start[i] + alpha * (own[i] - start[i])
    },
  }
}

/** (x − x′) ⊙ Σ w ∇f(x′ + α(x − x′)) of each path, in double precision. */
async function integrate(
  input: MethodInput,
  paths: readonly Path[],
  steps: number,
  rule: PathRule,
  run: Run,
): Promise<Float64Array[]> {
  const { alphas, weights } = pathNodes(rule, steps)
  const size = input.x.data.length / input.x.dims[0]
  const sums = paths.map(() => new Float64Array(size))
  const rows = pointRows(input.x.data, paths, alphas, size)
  await streamGradients(input.model, input.target, rows, run, 'gradients on the path', (row, g) => {
    const sum = sums[Math.floor(row / steps)]
    const weight = weights[row % steps]
    for (let i = 0; i < size; i++) sum[i] += weight * g[i]
  })
  paths.forEach(({ item, start }, k) => {
    const at = item * size
    for (let i = 0; i < size; i++) sums[k][i] *= input.x.data[at + i] - start[i]
  })
  return sums
}

/** Paths of every item, black before white. */
function makePaths(input: MethodInput, baseline: Baseline, geometry: ItemGeometry): Path[] {
  const items = input.x.dims[0]
  return Array.from({ length: items }, (_, item) => {
    const x = input.x.data.subarray(item * geometry.size, (item + 1) * geometry.size)
    return baselinesOf(baseline, x, item, items, geometry).map((start) => ({ item, start }))
  }).flat()
}

/** f(x) − f(x′) of every path, and f(x) of every item. */
async function scoreDifferences(
  input: MethodInput,
  paths: readonly Path[],
  run: Run,
): Promise<{ scores: Float64Array; differences: number[] }> {
  const scores = new Float64Array(input.x.dims[0])
  await streamScores(input.model, input.target, rowsOfBatch(input.x), run, 'score', (row, score) => {
    scores[row] = score
  })
  const differences: number[] = new Array(paths.length)
  const starts: Rows = {
    count: paths.length,
    item: (row) => paths[row].item,
    fill: (row, into) => into.set(paths[row].start),
  }
  await streamScores(input.model, input.target, starts, run, 'score of the baseline', (row, score) => {
    differences[row] = scores[paths[row].item] - score
  })
  return { scores, differences }
}

/**
 * Integrated gradients: gradients collected on the straight path from a baseline x′ to the input x.
 *
 *   A = (x − x′) ⊙ Σ w_i ∇f(x′ + α_i (x − x′))  ≈  (x − x′) · ∫₀¹ ∇f(x′ + α(x − x′)) dα
 *
 * input   x  [N, …item], model units
 * output  A  same shape, signed, unscaled; units of the score. `black-white`: the mean over both baselines
 * check   completeness: ΣA = f(x) − f(x′) for each item; `steps` holds how many were used
 * cost    `steps` gradients per item, twice for `black-white`
 * errors  attribution.array-shape: the baseline is an array whose shape is not the input's
 * source  Sundararajan, Taly & Yan 2017, arXiv:1703.01365; rule `inclusive`: PAIR saliency
 */
export const integratedGradients: Method<IntegratedGradientsParameters> = {
  id: 'integrated-gradients',
  version: 1,
  title: 'Integrated gradients',
  summary:
    'Gradients collected on the straight path from a baseline to the input. The values add up to the score difference.',
  source: 'Sundararajan, Taly & Yan 2017, arXiv:1703.01365',
  family: 'gradient',
  output: 'pixel',
  needs: ['gradients', 'scores'],
  parameters,
  cost: (p) => ({ forward: 1 + baselineRuns(p.baseline), gradient: p.steps * baselineRuns(p.baseline) }),
  async run(input, p, run) {
    const geometry = itemGeometry(input.model.input)
    const paths = makePaths(input, p.baseline, geometry)
    const { scores, differences } = await scoreDifferences(input, paths, run)
    const used = paths.map(() => p.steps)
    const parts = await integrate(input, paths, p.steps, p.rule, run)
    const open = (k: number) =>
      p.tolerance > 0 && Math.abs(sumOf(parts[k]) - differences[k]) > p.tolerance * Math.abs(differences[k])
    for (let steps = 2 * p.steps; steps <= p.maximumSteps; steps *= 2) {
      const again = paths.map((_, k) => k).filter(open)
      if (again.length === 0) break
      const better = await integrate(
        input,
        again.map((k) => paths[k]),
        steps,
        p.rule,
        run,
      )
      again.forEach((k, i) => {
        parts[k] = better[i]
        used[k] = steps
      })
    }
    const known = { scores, differences, used }
    const unmet = paths.some((_, k) => open(k)) ? [unmetWarning(p)] : []
    return assemble(input, paths, parts, known, [...warningsOf(p), ...unmet])
  },
}

function unmetWarning({ tolerance, maximumSteps }: IntegratedGradientsParameters): string {
  return `The completeness gap of at least one item stayed above ${tolerance} of the score difference with up to ${maximumSteps} steps; raise maximumSteps or read the map with that gap in mind.`
}

function warningsOf(p: IntegratedGradientsParameters): string[] {
  // The other rules never stand on the baseline itself.
  return ['left', 'inclusive', 'trapezoid'].includes(p.rule) ? tieWarning(p.baseline) : []
}

/** Means over the paths of each item, and the completeness of the result. */
function assemble(
  input: MethodInput,
  paths: readonly Path[],
  parts: readonly Float64Array[],
  known: { scores: Float64Array; differences: readonly number[]; used: readonly number[] },
  warnings: string[],
) {
  const items = input.x.dims[0]
  const runs = paths.length / items
  const map = new Float32Array(input.x.data.length)
  const size = map.length / items
  const expected = new Array<number>(items).fill(0)
  paths.forEach(({ item }, k) => {
    for (let i = 0; i < size; i++) map[item * size + i] += parts[k][i] / runs
    expected[item] += known.differences[k] / runs
  })
  const check = completenessCheck(itemSums(map, items), expected)
  const steps = Array.from({ length: items }, (_, item) =>
    Math.max(...paths.map((path, k) => (path.item === item ? known.used[k] : 0))),
  )
  return {
    map: tensor(input.x.dims, map),
    scores: known.scores,
    check: { kind: check.kind, values: { ...check.values, steps } },
    warnings,
  }
}
