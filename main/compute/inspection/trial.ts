import { plausibleInput } from '../../inference/batches.ts'
import type { OpenedModel } from '../../inference/open-model.ts'
import { selfCheck } from '../../inference/self-check.ts'
import type { ModelDetails } from '../../shared/domain/model.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'
import { type Tensor, tensor } from '../../tensor/tensor.ts'
import { median } from '../timing.ts'

/** What running a model on made-up inputs showed. */
export interface Trial {
  readonly forwardMs: number | null
  /** Forward and backward pass; null where no gradient can be built. */
  readonly gradientMs: number | null
  readonly selfCheck: ModelDetails['selfCheck']
  readonly warnings: readonly string[]
}

const REPEATS = 3
/** A slower model is timed once: an inspection should not take minutes. */
const SLOW_MS = 1500
/** Forward passes that the self-check takes, about. */
const SELF_CHECK_PASSES = 90

async function timedMs(work: () => Promise<unknown>): Promise<number> {
  const once = async () => {
    const started = performance.now()
    await work()
    return performance.now() - started
  }
  await work()
  const first = await once()
  if (first > SLOW_MS) return first
  const rest: number[] = [first]
  for (let i = 1; i < REPEATS; i++) rest.push(await once())
  return median(rest)
}

const differs = (a: Float32Array, b: Float32Array) => a.some((v, i) => v !== b[i])

/**
 * Runs the model on inputs with values like those of an image in [0, 1]: forward and backward times, whether the scores
 * react at all, and whether the gradient agrees with differences of the score.
 *
 * hasGradient  whether a backward pass can be built
 * checkMs      what the self-check may take; it is left out where more is expected, or where the scores do not react
 * errors       cancelled, inference.memory; what is wrong with the model itself becomes a warning
 */
export async function tryModel(opened: OpenedModel, hasGradient: boolean, checkMs: number, run: Run): Promise<Trial> {
  const model = opened.under(run.signal)
  const batch = opened.engine.prepared.statedBatch ?? 1
  const dims = [batch, ...model.input.itemDims]
  const item = (phase: number): Tensor => tensor(dims, plausibleInput(dims, phase))
  const target = { index: 0, output: 'logit', negate: false } as const
  const warnings: string[] = []
  try {
    run.progress(2, 4, 'forward pass')
    const forwardMs = (await timedMs(() => model.scores(item(0), 'logit'))) / batch
    const one = await model.scores(item(0), 'logit')
    const reacts = differs(one.data, (await model.scores(item(2.1), 'logit')).data)
    if (!reacts)
      warnings.push(
        'Two different inputs gave the same scores: the network does not react to its input, or only to some, or by less than float32 can tell.',
      )
    if (!hasGradient) return { forwardMs, gradientMs: null, selfCheck: null, warnings }
    run.progress(3, 4, 'backward pass')
    const gradientMs = (await timedMs(() => model.gradient(item(0), target))) / batch
    if (!reacts || forwardMs * SELF_CHECK_PASSES > checkMs) return { forwardMs, gradientMs, selfCheck: null, warnings }
    run.progress(3, 4, 'checking the gradient')
    const { difference, passed, message } = await selfCheck(model, target)
    if (message !== '' && !passed) warnings.push(message)
    return { forwardMs, gradientMs, selfCheck: { difference, passed, message }, warnings }
  } catch (error) {
    if (!(error instanceof SaliscopeError) || !/^inference\.(not-finite|run|load)$/.test(error.code)) throw error
    warnings.push(error.message)
    return { forwardMs: null, gradientMs: null, selfCheck: null, warnings }
  }
}
