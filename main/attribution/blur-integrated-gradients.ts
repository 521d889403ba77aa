import { z } from 'zod'
import { gaussianBlur } from '../tensor/gaussian.ts'
import { tensor } from '../tensor/tensor.ts'
import { completenessCheck, itemSums } from './check.ts'
import { type ItemGeometry, itemGeometry } from './item-geometry.ts'
import type { Method } from './method.ts'
import { quietly, rowsOfBatch, rowsPerItem, streamGradients, streamScores } from './rows.ts'

const parameters = z.strictObject({
  steps: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .meta({ title: 'Steps', description: 'Blurs between the input and the widest one.', unit: 'gradients' }),
  maximumSigma: z
    .number()
    .gt(0)
    .max(10_000)
    .default(50)
    .meta({ title: 'Maximum sigma', description: 'The widest blur, where the path begins.', unit: 'positions' }),
  differenceSigma: z
    .number()
    .gt(0)
    .max(100)
    .default(0.01)
    .meta({ title: 'Difference sigma', description: 'Step of the difference quotient in sigma.', unit: 'positions' }),
  schedule: z
    .enum(['linear', 'sqrt'])
    .default('linear')
    .meta({ title: 'Schedule', description: 'How sigma grows: evenly, or as the square root.' }),
})
export type BlurIntegratedGradientsParameters = z.infer<typeof parameters>

function sigmas({ steps, maximumSigma, schedule }: BlurIntegratedGradientsParameters): number[] {
  return Array.from({ length: steps + 1 }, (_, i) =>
    schedule === 'linear' ? (i * maximumSigma) / steps : Math.sqrt((i * maximumSigma) / steps),
  )
}

/**
 * The steps in leaps over the whole path. Wide blurs cost far more than narrow ones; taken so, the first rows foretell the time
 * of all, and progress runs evenly.
 */
function leaping(steps: number): number[] {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  let leap = Math.max(1, Math.round(steps * 0.618))
  while (gcd(steps, leap) !== 1) leap++
  return Array.from({ length: steps }, (_, n) => (n * leap) % steps)
}

/** Zeros outside, radius int(4σ + 0.5), the identity at σ = 0. */
const blurred = (x: Float32Array, geometry: ItemGeometry, sigma: number): Float64Array =>
  gaussianBlur(x, geometry.itemDims, geometry.spatialAxes, sigma, 'zero')

/**
 * Blur integrated gradients: gradients collected while the input sharpens from a strong blur.
 *
 *   A = −Σ_i (σ_{i+1} − σ_i) · [B(x, σ_i + δ) − B(x, σ_i)]/δ ⊙ ∇f(B(x, σ_i)),   σ_i = i·maximumSigma/steps
 *
 * B       Gaussian on the spatial axes, zero outside; needs no baseline colour
 * input   x  [N, …item], model units
 * output  A  same shape, signed; units of the score
 * check   completeness: ΣA ≈ f(x) − f(B(x, maximumSigma))
 * cost    `steps` gradients and 2·`steps` blurs per item
 * source  Xu, Venugopalan & Sundararajan 2020, arXiv:2004.03383; PAIR saliency BlurIG
 */
export const blurIntegratedGradients: Method<BlurIntegratedGradientsParameters> = {
  id: 'blur-integrated-gradients',
  version: 1,
  title: 'Blur integrated gradients',
  summary:
    'Gradients collected while the input sharpens from a strong blur: integrated gradients without a baseline colour.',
  source: 'Xu, Venugopalan & Sundararajan 2020, arXiv:2004.03383',
  family: 'gradient',
  output: 'pixel',
  needs: ['gradients', 'scores'],
  parameters,
  cost: (p) => ({ forward: 2, gradient: p.steps }),
  async run({ model, x, target }, p, run) {
    const geometry = itemGeometry(model.input)
    const { size } = geometry
    const items = x.dims[0]
    const path = sigmas(p)
    const order = leaping(p.steps)
    const own = (item: number) => x.data.subarray(item * size, (item + 1) * size)
    const sum = new Float64Array(x.data.length)
    // In double precision until the gradient is there: what the model sees is rounded, and the small difference would drown in that.
    const waiting = new Map<number, Float64Array>()
    const rows = rowsPerItem(items, p.steps, (item, n, into) => {
      const here = blurred(own(item), geometry, path[order[n]])
      waiting.set(item * p.steps + n, here)
      into.set(here)
    })
    await streamGradients(model, target, rows, run, 'gradients of blurred inputs', (row, g) => {
      const item = Math.floor(row / p.steps)
      const i = order[row % p.steps]
      const here = waiting.get(row)
      if (here === undefined) throw new RangeError(`Row ${row} came back without having been asked.`)
      waiting.delete(row)
      const wider = blurred(own(item), geometry, path[i] + p.differenceSigma)
      const factor = (path[i + 1] - path[i]) / p.differenceSigma
      for (let k = 0; k < size; k++) sum[item * size + k] -= factor * (wider[k] - here[k]) * g[k]
    })
    const map = Float32Array.from(sum)
    const scores = new Float64Array(items)
    const expected = new Array<number>(items)
    await streamScores(model, target, rowsOfBatch(x), quietly(run), 'score', (row, score) => {
      scores[row] = score
    })
    const ends = rowsPerItem(items, 1, (item, _one, into) => into.set(blurred(own(item), geometry, path[p.steps])))
    await streamScores(model, target, ends, quietly(run), 'score of the blurred input', (row, score) => {
      expected[row] = scores[row] - score
    })
    return { map: tensor(x.dims, map), scores, check: completenessCheck(itemSums(map, items), expected), warnings: [] }
  },
}
