import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import { counterRandom, permutation } from '../tensor/random.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { arrayCount, arrayRow, arraySchema } from './array-parameter.ts'
import { completenessCheck, itemSums } from './check.ts'
import { itemGeometry } from './item-geometry.ts'
import type { Method } from './method.ts'
import { quietly, rowsOfBatch, rowsPerItem, streamGradients, streamScores } from './rows.ts'

const parameters = z.strictObject({
  references: arraySchema.meta({
    format: 'array',
    title: 'References',
    description: 'Reference inputs [R, …item], from training data only.',
  }),
  samples: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .meta({ title: 'Samples', description: 'Points drawn. Given draws decide it themselves.', unit: 'gradients' }),
  draws: arraySchema.optional().meta({
    format: 'array',
    title: 'Draws',
    description: '[samples, 2]: index of the reference and place α on the path; replaces the seed.',
  }),
})
export type ExpectedGradientsParameters = z.infer<typeof parameters>

/** Which reference, and where on the way from it to the input. */
interface Draw {
  readonly reference: number
  readonly alpha: number
}

function givenDraws(draws: Tensor, references: number): Draw[] {
  if (draws.dims.length !== 2 || draws.dims[1] !== 2 || draws.dims[0] === 0) {
    throw new SaliscopeError(
      'attribution.array-shape',
      `The array draws has the shape [${draws.dims.join(', ')}], where [samples, 2] is needed.`,
      { parameter: 'draws' },
    )
  }
  return Array.from({ length: draws.dims[0] }, (_, k) => {
    const reference = draws.data[2 * k]
    if (!Number.isInteger(reference) || reference < 0 || reference >= references) {
      throw new SaliscopeError(
        'attribution.parameter',
        `Row ${k} of draws names the reference ${reference}, and there are ${references} (0 … ${references - 1}).`,
        { parameter: 'draws', row: k },
      )
    }
    return { reference, alpha: draws.data[2 * k + 1] }
  })
}

/**
 * α stratified, one in each of `samples` equal parts; references in rounds, each round in an order of its own. In one order
 * always, the first references would stand for low α and the last ones for high α wherever there are many of them.
 */
function seededDraws(seed: number, item: number, samples: number, references: number): Draw[] {
  const random = counterRandom(seed)
  let order: Int32Array = new Int32Array()
  return Array.from({ length: samples }, (_, k) => {
    const at = k % references
    // Counters of rounds lie apart from those of samples: −1, −2, …
    if (at === 0) order = permutation(random, item, -1 - k / references, references)
    return { reference: order[at], alpha: (k + random.uniform(item, k, 0)) / samples }
  })
}

/** Standard error of the mean map: the mean over its values. */
function standardErrors(sum: Float64Array, square: Float64Array, samples: number, items: number): (number | null)[] {
  const size = sum.length / items
  return Array.from({ length: items }, (_, item) => {
    if (samples < 2) return null
    let total = 0
    for (let i = item * size; i < (item + 1) * size; i++)
      total += Math.sqrt(Math.max(0, square[i] / samples - (sum[i] / samples) ** 2) / (samples - 1))
    return total / size
  })
}

/**
 * Expected gradients (GradientSHAP without smoothing): integrated gradients averaged over references and random places on the path.
 *
 *   A = 1/n Σ_i (x − r_i) ⊙ ∇f(r_i + α_i (x − r_i))
 *
 * input   x  [N, …item]; references [R, …item]; without draws α is stratified, and the references are taken in rounds of random order
 * output  A  same shape as x, signed; units of the score
 * check   completeness: ΣA ≈ f(x) − mean f(references drawn); standard error of the map (mean over its values)
 * cost    `samples` gradients per item
 * errors  attribution.array-shape (references, draws), attribution.parameter (a draw names no reference)
 * source  Erion et al. 2021, arXiv:1906.10670; Lundberg & Lee 2017, arXiv:1705.07874
 */
export const expectedGradients: Method<ExpectedGradientsParameters> = {
  id: 'expected-gradients',
  version: 2,
  title: 'Expected gradients',
  summary: 'Integrated gradients averaged over many reference inputs, at random places on the path.',
  source: 'Erion et al. 2021, arXiv:1906.10670',
  family: 'gradient',
  output: 'pixel',
  needs: ['gradients', 'scores'],
  parameters,
  cost: (p) => ({ forward: 1 + p.references.dims[0], gradient: p.draws?.dims[0] ?? p.samples }),
  async run({ model, x, target, seed }, p, run) {
    const { size, itemDims } = itemGeometry(model.input)
    const items = x.dims[0]
    const references = arrayCount('references', p.references, itemDims)
    const drawsOf = Array.from({ length: items }, (_, item) =>
      p.draws ? givenDraws(p.draws, references) : seededDraws(seed, item, p.samples, references),
    )
    const samples = drawsOf[0].length
    const own = (item: number) => x.data.subarray(item * size, (item + 1) * size)
    const rows = rowsPerItem(items, samples, (item, k, into) => {
      const { reference, alpha } = drawsOf[item][k]
      const [from, to] = [arrayRow(p.references, reference), own(item)]
      for (let i = 0; i < size; i++) into[i] = from[i] + alpha * (to[i] - from[i])
    })
    const sum = new Float64Array(items * size)
    const square = new Float64Array(items * size)
    await streamGradients(model, target, rows, run, 'gradients on the paths', (row, g) => {
      const item = Math.floor(row / samples)
      const [from, to] = [arrayRow(p.references, drawsOf[item][row % samples].reference), own(item)]
      const at = item * size
      for (let i = 0; i < size; i++) {
        const value = (to[i] - from[i]) * g[i]
        sum[at + i] += value
        square[at + i] += value * value
      }
    })
    const map = Float32Array.from(sum, (v) => v / samples)
    const { scores, expected } = await expectedDifferences({ model, x, target, p, drawsOf, references }, quietly(run))
    const check = completenessCheck(itemSums(map, items), expected)
    const values = { ...check.values, standardError: standardErrors(sum, square, samples, items) }
    return { map: tensor(x.dims, map), scores, check: { kind: check.kind, values }, warnings: [] }
  },
}

type Ends = Pick<Parameters<Method<ExpectedGradientsParameters>['run']>[0], 'model' | 'x' | 'target'> & {
  p: ExpectedGradientsParameters
  drawsOf: readonly Draw[][]
  references: number
}

/** f(x) and f(x) − the mean score of the references as often as they were drawn. */
async function expectedDifferences(
  { model, x, target, p, drawsOf, references }: Ends,
  run: Parameters<Method<unknown>['run']>[2],
) {
  const items = x.dims[0]
  const scores = new Float64Array(items)
  await streamScores(model, target, rowsOfBatch(x), run, 'score', (row, score) => {
    scores[row] = score
  })
  const referenceScores = new Float64Array(items * references)
  const rows = rowsPerItem(items, references, (_item, r, into) => into.set(arrayRow(p.references, r)))
  await streamScores(model, target, rows, run, 'score of the references', (row, score) => {
    referenceScores[row] = score
  })
  const expected = drawsOf.map(
    (draws, item) =>
      scores[item] - draws.reduce((s, d) => s + referenceScores[item * references + d.reference], 0) / draws.length,
  )
  return { scores, expected }
}
