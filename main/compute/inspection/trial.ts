import { attentionOf } from '../../attribution/attention.ts'
import { plausibleInput } from '../../inference/batches.ts'
import type { LayerResult } from '../../inference/model-under-study.ts'
import type { OpenedModel } from '../../inference/open-model.ts'
import { selfCheck } from '../../inference/self-check.ts'
import type { ModelDetails } from '../../shared/domain/model.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'
import { type Tensor, tensor } from '../../tensor/tensor.ts'
import type { Abilities } from './method-list.ts'
import { measureRates, type Rates } from './rates.ts'

/** What running a model on made-up inputs showed. */
export interface Trial {
  /** null: the model did not run. */
  readonly rates: Rates | null
  /** One item at the default layer; null where there is none. */
  readonly layer: LayerResult | null
  readonly selfCheck: ModelDetails['selfCheck']
  readonly warnings: readonly string[]
}

/** Why attention cannot be read although the graph has it over patches, which only its values tell; null when it can. */
export async function attentionObstacle(opened: OpenedModel, run: Run): Promise<string | null> {
  const model = opened.under(run.signal)
  const dims = [opened.engine.prepared.statedBatch ?? 1, ...model.input.itemDims]
  try {
    await attentionOf(model, tensor(dims, plausibleInput(dims)), { index: 0, output: 'logit', negate: false })
    return null
  } catch (error) {
    if (!(error instanceof SaliscopeError) || error.code !== 'inference.layer') throw error
    return error.message
  }
}

/** Forward passes that the self-check takes, about. */
const SELF_CHECK_PASSES = 90

const differs = (a: Float32Array, b: Float32Array) => a.some((v, i) => v !== b[i])

/**
 * Runs the model on inputs with values like those of an image in [0, 1]: how long its passes take, whether the scores react
 * at all, and whether the gradient agrees with differences of the score.
 *
 * checkMs  what the self-check may take; it is left out where more is expected, or where the scores do not react
 * errors   cancelled, inference.memory; what is wrong with the model itself becomes a warning
 */
export async function tryModel(opened: OpenedModel, can: Abilities, checkMs: number, run: Run): Promise<Trial> {
  const model = opened.under(run.signal)
  const dims = [opened.engine.prepared.statedBatch ?? 1, ...model.input.itemDims]
  const item = (phase: number): Tensor => tensor(dims, plausibleInput(dims, phase))
  const warnings: string[] = []
  try {
    const rates = await measureRates(opened, can, run)
    const one = await model.scores(item(0), 'logit')
    const reacts = differs(one.data, (await model.scores(item(2.1), 'logit')).data)
    if (!reacts)
      warnings.push(
        'Two different inputs gave the same scores: the network does not react to its input, or only to some, or by less than float32 can tell.',
      )
    const isTooLong = rates.forwardInBatch * SELF_CHECK_PASSES > checkMs
    const target = { index: 0, output: 'logit', negate: false } as const
    const layer = can.layerGradients === null ? await model.layer(item(0), target, null) : null
    if (can.gradients !== null || !reacts || isTooLong) return { rates, layer, selfCheck: null, warnings }
    run.progress(3, 4, 'checking the gradient')
    const { difference, passed, message } = await selfCheck(model, target)
    if (!passed) warnings.push(message)
    return { rates, layer, selfCheck: { difference, passed, message }, warnings }
  } catch (error) {
    if (!(error instanceof SaliscopeError) || !/^inference\.(not-finite|run|load)$/.test(error.code)) throw error
    warnings.push(error.message)
    return { rates: null, layer: null, selfCheck: null, warnings }
  }
}
