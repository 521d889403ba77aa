import type { ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import type { Run } from '../shared/run.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { checkSignal, targetOfRows } from './rows.ts'

/** An item explained against one reference. */
export interface ReferencePair {
  readonly item: number
  readonly reference: Float32Array
}

export type DeepliftRule = 'rescale' | 'reveal-cancel'

/** Contributions of item against reference, multiplier × difference, in the order of the pairs. */
export async function streamContributions(
  model: ModelUnderStudy,
  x: Tensor,
  target: Target,
  pairs: readonly ReferencePair[],
  rule: DeepliftRule,
  run: Run,
  accept: (pair: number, contribution: Float64Array, score: number, referenceScore: number) => void,
): Promise<void> {
  const size = x.data.length / x.dims[0]
  const chunk = Math.max(1, model.preferredBatch)
  for (let first = 0; first < pairs.length; first += chunk) {
    checkSignal(run)
    run.progress(first, pairs.length, 'references')
    const part = pairs.slice(first, first + chunk)
    const inputs = new Float32Array(part.length * size)
    const references = new Float32Array(part.length * size)
    part.forEach(({ item, reference }, r) => {
      inputs.set(x.data.subarray(item * size, (item + 1) * size), r * size)
      references.set(reference, r * size)
    })
    const dims = [part.length, ...x.dims.slice(1)]
    const rows = part.map(({ item }) => item)
    const result = await model.multipliers(
      tensor(dims, inputs),
      tensor(dims, references),
      targetOfRows(target, rows),
      rule,
    )
    for (let r = 0; r < part.length; r++) {
      const contribution = new Float64Array(size)
      for (let i = 0; i < size; i++)
        contribution[i] = result.multipliers.data[r * size + i] * (inputs[r * size + i] - references[r * size + i])
      accept(first + r, contribution, result.scores[r], result.referenceScores[r])
    }
  }
  run.progress(pairs.length, pairs.length, 'references')
}

/** Means over each item's pairs: map, score and the score difference the map should add up to. */
export async function meanContributions(
  model: ModelUnderStudy,
  x: Tensor,
  target: Target,
  pairs: readonly ReferencePair[],
  rule: DeepliftRule,
  run: Run,
): Promise<{ map: Float32Array; scores: Float64Array; expected: number[] }> {
  const items = x.dims[0]
  const size = x.data.length / items
  const each = pairs.length / items
  const sum = new Float64Array(x.data.length)
  const scores = new Float64Array(items)
  const expected = new Array<number>(items).fill(0)
  await streamContributions(model, x, target, pairs, rule, run, (k, contribution, score, referenceScore) => {
    const { item } = pairs[k]
    for (let i = 0; i < size; i++) sum[item * size + i] += contribution[i] / each
    scores[item] = score
    expected[item] += (score - referenceScore) / each
  })
  return { map: Float32Array.from(sum), scores, expected }
}
