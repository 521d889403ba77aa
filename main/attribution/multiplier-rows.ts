import type { LayerTrace, ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import type { Run } from '../shared/run.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
import { checkSignal, targetOfRows } from './rows.ts'
import { mergeTraces } from './trace.ts'

/** An item explained against one reference. */
export interface ReferencePair {
  readonly item: number
  readonly reference: Float32Array | Float64Array
}

export type DeepliftRule = 'rescale' | 'reveal-cancel'

/** What is explained against which references; the pairs stand item by item, as many for each. */
export interface ContributionRequest {
  readonly model: ModelUnderStudy
  readonly x: Tensor
  readonly target: Target
  readonly pairs: readonly ReferencePair[]
  readonly rule: DeepliftRule
  readonly trace: boolean
}

/** What one pair gave. */
interface PairResult {
  readonly pair: number
  /** multiplier × difference, in double precision. */
  readonly contribution: Float64Array
  readonly score: number
  readonly referenceScore: number
}

/** Contributions of item against reference, in the order of the pairs; and the sums at every node, one entry per pair. */
async function streamContributions(
  { model, x, target, pairs, rule, trace }: ContributionRequest,
  run: Run,
  accept: (result: PairResult) => void,
): Promise<readonly LayerTrace[] | null> {
  const size = x.data.length / x.dims[0]
  const chunk = Math.max(1, model.preferredBatch)
  const traces: (readonly LayerTrace[] | null)[] = []
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
    const rows = targetOfRows(
      target,
      part.map(({ item }) => item),
    )
    const result = await model.multipliers(tensor(dims, inputs), tensor(dims, references), rows, rule, trace)
    traces.push(result.trace)
    for (let r = 0; r < part.length; r++) {
      const contribution = new Float64Array(size)
      for (let i = 0; i < size; i++)
        contribution[i] = result.multipliers.data[r * size + i] * (inputs[r * size + i] - references[r * size + i])
      const [score, referenceScore] = [result.scores[r], result.referenceScores[r]]
      accept({ pair: first + r, contribution, score, referenceScore })
    }
  }
  run.progress(pairs.length, pairs.length, 'references')
  return mergeTraces(traces)
}

/** Means over each item's pairs: map, score, the score difference the map should add up to, and the sums at every node. */
export async function meanContributions(request: ContributionRequest, run: Run) {
  const { x, pairs } = request
  const items = x.dims[0]
  const size = x.data.length / items
  const each = pairs.length / items
  const sum = new Float64Array(x.data.length)
  const scores = new Float64Array(items)
  const expected = new Array<number>(items).fill(0)
  const trace = await streamContributions(request, run, ({ pair, contribution, score, referenceScore }) => {
    const { item } = pairs[pair]
    for (let i = 0; i < size; i++) sum[item * size + i] += contribution[i] / each
    scores[item] = score
    expected[item] += (score - referenceScore) / each
  })
  return { map: Float32Array.from(sum), scores, expected, trace: trace && meansOf(trace, items) }
}

/** Sums of every pair → their mean over each item's pairs. */
function meansOf(trace: readonly LayerTrace[], items: number): LayerTrace[] {
  const means = (values: readonly (number | null)[]): (number | null)[] =>
    Array.from({ length: items }, (_, item) => {
      const each = values.length / items
      const own = values.slice(item * each, (item + 1) * each)
      return own.reduce<number | null>((s, v) => (s === null || v === null ? null : s + v / each), 0)
    })
  return trace.map((row) => ({
    ...row,
    arriving: means(row.arriving),
    leaving: means(row.leaving),
    bias: means(row.bias),
  }))
}
