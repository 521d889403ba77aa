import type { OpenedModel } from '../inference/open-model.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Timing, withTiming } from './timing.ts'

export interface PredictRecord {
  readonly scoreCount: number
  /** Index of the highest score of each item. */
  readonly highest: readonly number[]
  readonly timing: Timing
}

/** Scores [N, K] (the head cut or kept) and class probabilities [N, K] of a batch. */
export async function predict(
  opened: OpenedModel,
  x: Tensor,
  output: 'logit' | 'probability',
  repeats: number | null,
  run: Run,
): Promise<{ readonly scores: Tensor; readonly probabilities: Tensor; readonly record: PredictRecord }> {
  const model = opened.under(run.signal)
  const { value: scores, timing } = await withTiming(
    () => model.scores(x, output),
    () => model.scores(x, output),
    repeats,
    () => opened.engine.prepareMs,
  )
  const probabilities = await model.probabilities(x)
  const [n, k] = scores.dims
  const highest = Array.from({ length: n }, (_, i) => {
    const row = scores.data.subarray(i * k, (i + 1) * k)
    return row.indexOf(row.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY))
  })
  return { scores, probabilities, record: { scoreCount: k, highest, timing } }
}
