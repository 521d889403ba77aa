import { plausibleInput } from '../../inference/batches.ts'
import type { OpenedModel } from '../../inference/open-model.ts'
import type { Run } from '../../shared/run.ts'
import { tensor } from '../../tensor/tensor.ts'
import { median } from '../timing.ts'
import type { Abilities } from './method-list.ts'

/** Milliseconds of one item; null where it cannot be computed or was not measured. */
export interface Rates {
  readonly forward: number
  readonly gradient: number | null
  /** The same with several items at a time. */
  readonly forwardInBatch: number
  readonly gradientInBatch: number | null
  /** Activation and gradient at the default layer. */
  readonly layer: number | null
  /** The score from a given activation at that layer, several items at a time. */
  readonly fromLayer: number | null
  readonly relevance: number | null
  readonly multipliers: number | null
}

/** Fast passes are timed more often, as their times scatter more; slow ones once: an inspection should not take minutes. */
const MOST_REPEATS = 9
const ENOUGH_REPEATS = 3
const ENOUGH_MS = 60
const MOST_MS = 800
const BATCH = 8
/** Beyond this forward time only the plain passes are measured; the others are then predicted from them. */
const ALL_MS = 300

const target = { index: 0, output: 'logit', negate: false } as const

async function timedMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  let spent = 0
  await work()
  while (times.length < MOST_REPEATS && spent < (times.length < ENOUGH_REPEATS ? MOST_MS : ENOUGH_MS)) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
    spent += times[times.length - 1]
  }
  return median(times)
}

/**
 * Times the passes that methods are made of, each after one warm-up.
 *
 * errors  inference.* of the runs, cancelled
 */
export async function measureRates(opened: OpenedModel, can: Abilities, run: Run): Promise<Rates> {
  const model = opened.under(run.signal)
  const { plan, prepared } = opened.engine
  const items = (count: number) => {
    const dims = [count, ...model.input.itemDims]
    return tensor(dims, plausibleInput(dims))
  }
  const single = items(prepared.statedBatch ?? 1)
  const timed = async (count: number, work: () => Promise<unknown>) => (await timedMs(work)) / count
  const [n] = single.dims
  run.progress(2, 4, 'forward pass')
  const forward = await timed(n, () => model.scores(single, 'logit'))
  run.progress(3, 4, 'backward pass')
  const gradient = can.gradients === null ? await timed(n, () => model.gradient(single, target)) : null
  const plain = { forward, gradient, forwardInBatch: forward, gradientInBatch: gradient }
  if (forward > ALL_MS) return { ...plain, layer: null, fromLayer: null, relevance: null, multipliers: null }
  const several = items(Math.max(1, Math.min(BATCH, plan.chunk('gradient'))))
  const count = several.dims[0]
  const at = can.layerGradients === null ? await model.layer(several, target, null) : null
  const unless = async (obstacle: string | null, work: () => Promise<unknown>) =>
    obstacle === null ? timed(n, work) : null
  return {
    ...plain,
    forwardInBatch: await timed(count, () => model.scores(several, 'logit')),
    gradientInBatch: gradient === null ? null : await timed(count, () => model.gradient(several, target)),
    layer: await unless(can.layerGradients, () => model.layer(single, target, null)),
    fromLayer: at === null ? null : await timed(count, () => model.fromLayer(several, target, null, at.activation)),
    relevance: await unless(can.relevance, () =>
      model.relevance(single, target, { composite: 'epsilon-plus', epsilon: 1e-6, gamma: 0.25, low: null, high: null }),
    ),
    multipliers: await unless(can.multipliers, () => model.multipliers(single, tensor(single.dims), target, 'rescale')),
  }
}
