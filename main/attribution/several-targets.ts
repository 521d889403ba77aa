import type { AttentionResult, LayerResult, ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import { pickScores, targetIndices } from '../inference/target.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { attentionOf } from './attention.ts'
import type { Attribution, Method, MethodInput } from './method.ts'
import { quietly } from './rows.ts'

/** One computation that a method's run for one target waits for. */
interface Request {
  /** Requests of equal kind and equal arrays can share a pass. */
  readonly kind: string
  readonly arrays: readonly Tensor[]
  readonly target: Target
  /** Does the work for all requests of a group; results in their order. */
  together(targets: readonly Target[]): Promise<readonly unknown[]>
  resolve(value: unknown): void
  reject(error: unknown): void
}

const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const sameArray = (a: Tensor, b: Tensor): boolean =>
  a === b || (a.dims.join() === b.dims.join() && Buffer.compare(bytesOf(a), bytesOf(b)) === 0)

function canShare(a: Request, b: Request): boolean {
  return (
    a.kind === b.kind &&
    a.target.output === b.target.output &&
    (a.target.mask ?? null) === (b.target.mask ?? null) &&
    a.arrays.every((array, i) => sameArray(array, b.arrays[i]))
  )
}

/**
 * Runs of one method for several targets go side by side. Each stops at every question it has for the model; once all
 * have asked, equal questions are answered by one pass. Masks, noise and paths that do not depend on the target are so
 * computed once; where runs part ways (guided paths), each is answered alone.
 */
class Meeting {
  readonly #waiting: Request[] = []
  #running: number

  constructor(runs: number) {
    this.#running = runs
  }

  ask<T>(request: Omit<Request, 'resolve' | 'reject'>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ ...request, resolve: resolve as (value: unknown) => void, reject })
      this.#answerWhenAllAsked()
    })
  }

  /** A run has ended, well or not; the others no longer wait for it. */
  leave(): void {
    this.#running -= 1
    this.#answerWhenAllAsked()
  }

  #answerWhenAllAsked(): void {
    if (this.#running === 0 || this.#waiting.length < this.#running) return
    const groups: Request[][] = []
    for (const request of this.#waiting.splice(0)) {
      const group = groups.find(([first]) => canShare(first, request))
      if (group) group.push(request)
      else groups.push([request])
    }
    void answer(groups)
  }
}

/** One group after the other: the model is never run twice at a time. */
async function answer(groups: readonly Request[][]): Promise<void> {
  const answered: (() => void)[] = []
  for (const group of groups) {
    try {
      const results = await group[0].together(group.map(({ target }) => target))
      for (const [i, request] of group.entries()) answered.push(() => request.resolve(results[i]))
    } catch (error) {
      for (const request of group) answered.push(() => request.reject(error))
    }
  }
  for (const tell of answered) tell()
}

const eachAlone = async <T>(targets: readonly Target[], one: (target: Target) => Promise<T>): Promise<readonly T[]> => {
  const results: T[] = []
  for (const target of targets) results.push(await one(target))
  return results
}

/** What one run sees: the model, whose every answer may be shared with the other runs. */
function seat(model: ModelUnderStudy, meeting: Meeting): ModelUnderStudy {
  const nobody: Target = { index: 0, output: 'logit', negate: false }
  const all =
    <T>(work: () => Promise<T>) =>
    async (targets: readonly Target[]) => {
      const value = await work()
      return targets.map(() => value)
    }
  const together = model.together
  return {
    input: model.input,
    scoreCount: model.scoreCount,
    preferredBatch: model.preferredBatch,
    scores: (x, output) =>
      meeting.ask({
        kind: `scores ${output}`,
        arrays: [x],
        target: nobody,
        together: all(() => model.scores(x, output)),
      }),
    probabilities: (x) =>
      meeting.ask({ kind: 'probabilities', arrays: [x], target: nobody, together: all(() => model.probabilities(x)) }),
    explained: (x, target) =>
      meeting.ask({ kind: 'explained', arrays: [x], target, together: (targets) => explainedEach(model, x, targets) }),
    gradient: (x, target, rule = 'plain') =>
      meeting.ask({
        kind: `gradient ${rule}`,
        arrays: [x],
        target,
        together: (targets) =>
          together ? together.gradient(x, targets, rule) : eachAlone(targets, (t) => model.gradient(x, t, rule)),
      }),
    layer: (x, target, layer) =>
      meeting.ask<LayerResult>({
        kind: `layer ${layer}`,
        arrays: [x],
        target,
        together: (targets) =>
          together ? together.layer(x, targets, layer) : eachAlone(targets, (t) => model.layer(x, t, layer)),
      }),
    fromLayer: (x, target, layer, activation) =>
      meeting.ask({
        kind: `from ${layer}`,
        arrays: [x, activation],
        target,
        together: (targets) => eachAlone(targets, (t) => model.fromLayer(x, t, layer, activation)),
      }),
    relevance: (x, target, options) =>
      meeting.ask({
        kind: 'relevance',
        arrays: [x],
        target,
        together: (targets) =>
          together && options.trace !== true
            ? together.relevance(x, targets, options)
            : eachAlone(targets, (t) => model.relevance(x, t, options)),
      }),
    multipliers: (x, reference, target, rule, trace = false) =>
      meeting.ask({
        kind: `multipliers ${rule}`,
        arrays: [x, reference],
        target,
        together: (targets) =>
          together && !trace
            ? together.multipliers(x, reference, targets, rule)
            : eachAlone(targets, (t) => model.multipliers(x, reference, t, rule, trace)),
      }),
    attention: (x, target) =>
      meeting.ask<AttentionResult>({
        kind: 'attention',
        arrays: [x],
        target,
        together: (targets) => eachAlone(targets, (t) => attentionOf(model, x, t)),
      }),
  }
}

/** A masked score is a number of its own; all others stand in one score vector. */
async function explainedEach(model: ModelUnderStudy, x: Tensor, targets: readonly Target[]) {
  const [{ output, mask }] = targets
  if (mask || targets.length === 1) return eachAlone(targets, (t) => model.explained(x, t))
  const scores = await model.scores(x, output)
  const [n, count] = scores.dims
  return targets.map((target) => pickScores(scores.data, targetIndices(target, n, count), target.negate, count))
}

/**
 * The maps of several targets of the same items, in the order of the targets. Each is what `method.run` alone gives,
 * within rounding; passes that do not depend on the target are run once for all.
 *
 * errors  those of the method; when one target fails, the first failure is thrown after all have ended
 */
export async function explainTargets<P>(
  method: Method<P>,
  input: MethodInput,
  targets: readonly Target[],
  parameters: P,
  run: Run,
): Promise<readonly Attribution[]> {
  if (targets.length === 1) return [await method.run({ ...input, target: targets[0] }, parameters, run)]
  const meeting = new Meeting(targets.length)
  const model = seat(input.model, meeting)
  const runs = targets.map((target, t) =>
    method.run({ ...input, model, target }, parameters, t === 0 ? run : quietly(run)).finally(() => meeting.leave()),
  )
  const ended = await Promise.allSettled(runs)
  return ended.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}
