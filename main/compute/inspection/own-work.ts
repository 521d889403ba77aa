import type { Method } from '../../attribution/method.ts'
import { parseParameters } from '../../attribution/parameters.ts'
import { plausibleInput } from '../../inference/batches.ts'
import type { LayerResult, ModelUnderStudy } from '../../inference/model-under-study.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'
import { type Tensor, tensor } from '../../tensor/tensor.ts'

/** Milliseconds of a method's own work: masks, segments, resizing, fits; without the passes of the model. */
export type OwnWork = ReadonlyMap<string, number>

/** Rows the free model has answered, and when. */
interface Answer {
  readonly rows: number
  readonly ms: number
}

/** A method is stopped once its work per row is known this well. */
const ENOUGH_MS = 60
const ENOUGH_ANSWERS = 4
/** What took longer as a whole is not done a second time; what is quick is done until its code is compiled. */
const MOST_AGAIN_MS = 500
const QUICK_MS = 40
const MOST_TIMES = 6
/** Larger volumes are not segmented on trial: an inspection should not take minutes. */
const MOST_POSITIONS = 2 ** 20

const SEGMENTING = new Set(['xrai', 'random-xrai', 'lime', 'kernel-shap'])

class Enough extends Error {}

const unanswered = (): never => {
  throw new Enough()
}

/** Made-up values, made once: making them takes longer than many a method. */
class MadeUp {
  readonly x: Tensor
  readonly #gradients = new Map<number, Float32Array>()

  constructor(itemDims: readonly number[]) {
    const dims = [1, ...itemDims]
    this.x = tensor(dims, plausibleInput(dims, 0.4))
    this.gradientFor(this.x)
  }

  gradientFor({ dims, data: { length } }: Tensor): Tensor {
    const data = this.#gradients.get(length) ?? plausibleInput(dims)
    this.#gradients.set(length, data)
    return tensor(dims, data)
  }
}

/** Answers every question at once with made-up values, so that only the method itself takes time. */
function freeModel(
  model: ModelUnderStudy,
  layer: LayerResult | null,
  madeUp: MadeUp,
  told: (rows: number) => void,
): ModelUnderStudy {
  const explained = (x: Tensor) => {
    told(x.dims[0])
    return Float64Array.from({ length: x.dims[0] }, (_, n) => 1 + (n % 7) / 7)
  }
  const scores = async (x: Tensor) => {
    const values = explained(x)
    return tensor(
      [x.dims[0], model.scoreCount],
      Float32Array.from({ length: x.dims[0] * model.scoreCount }, (_, i) => values[Math.floor(i / model.scoreCount)]),
    )
  }
  return {
    input: model.input,
    scoreCount: model.scoreCount,
    preferredBatch: model.preferredBatch,
    scores,
    probabilities: scores,
    explained: async (x) => explained(x),
    gradient: async (x) => ({ scores: explained(x), gradient: madeUp.gradientFor(x) }),
    layer: async () => layer ?? unanswered(),
    fromLayer: async (x) => explained(x),
    relevance: unanswered,
    multipliers: unanswered,
    attention: unanswered,
  }
}

/** The whole of a method that was stopped: its start, and its rows at the pace of those seen. */
function extrapolated(answers: readonly Answer[], rows: number): number {
  // Segments are cut between the item's own score and the first rows.
  const first = answers[1]
  const last = answers[answers.length - 1]
  return first.ms + ((last.ms - first.ms) * Math.max(0, rows - first.rows)) / (last.rows - first.rows)
}

interface Found {
  readonly ms: number
  readonly isStopped: boolean
}

/** null: the method needs what the free model does not have, or this input does not suit it. */
async function ownWorkOf(
  method: Method<unknown>,
  model: ModelUnderStudy,
  layer: LayerResult | null,
  madeUp: MadeUp,
  rows: number,
  run: Run,
): Promise<Found | null> {
  const started = performance.now()
  const answers: Answer[] = []
  const free = freeModel(model, layer, madeUp, (count) => {
    const ms = performance.now() - started
    answers.push({ rows: (answers.at(-1)?.rows ?? 0) + count, ms })
    if (answers.length >= ENOUGH_ANSWERS && ms - answers[1].ms > ENOUGH_MS) throw new Enough()
  })
  const target = { index: 0, output: 'logit', negate: false } as const
  try {
    const silent = { signal: run.signal, progress: () => {} }
    await method.run({ model: free, x: madeUp.x, target, layer: null, seed: 0 }, parseParameters(method, {}), silent)
    return { ms: performance.now() - started, isStopped: false }
  } catch (error) {
    if (error instanceof Enough) return answers.length > 2 ? { ms: extrapolated(answers, rows), isStopped: true } : null
    // A made-up image may leave one segment only; the method's work is then not known.
    if (error instanceof SaliscopeError && /^(attribution|segmentation)\./.test(error.code)) return null
    throw error
  }
}

/**
 * Times each method on a model that answers at once. Methods with many rows are stopped after some and extrapolated.
 *
 * layer    activation and gradient of one item at the default layer; null: methods of a layer are left out
 * rowsOf   passes a method takes with its defaults; null where a required array decides them
 * returns  milliseconds by method; those that could not be timed are left out
 * errors   cancelled
 */
export async function timeOwnWork(
  methods: readonly Method<unknown>[],
  model: ModelUnderStudy,
  layer: LayerResult | null,
  rowsOf: (method: Method<unknown>) => number | null,
  run: Run,
): Promise<OwnWork> {
  const found = new Map<string, Found>()
  const madeUp = new MadeUp(model.input.itemDims)
  const positions = model.input.spatialAxes.reduce((product, axis) => product * model.input.itemDims[axis], 1)
  for (const method of methods) {
    const rows = rowsOf(method)
    if (rows === null || (SEGMENTING.has(method.id) && positions > MOST_POSITIONS)) continue
    const first = await ownWorkOf(method, model, layer, madeUp, rows, run)
    if (first === null) continue
    let best = first
    const times = first.isStopped || first.ms >= MOST_AGAIN_MS ? 1 : MOST_TIMES
    for (let time = 1, spent = 0; time < times && spent < QUICK_MS; time++) {
      const next = await ownWorkOf(method, model, layer, madeUp, rows, run)
      if (next === null) break
      if (next.ms < best.ms) best = next
      spent += next.ms
    }
    found.set(method.id, best)
  }
  // XRAI is stopped in its gradients; its regions come after them, and the control grows the same ones.
  const [xrai, regions] = [found.get('xrai'), found.get('random-xrai')]
  if (xrai?.isStopped && regions) found.set('xrai', { ms: xrai.ms + regions.ms, isStopped: true })
  return new Map([...found].map(([id, { ms }]) => [id, ms]))
}
