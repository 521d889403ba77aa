import type { BackwardRule, ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import { targetOfRows } from '../inference/target.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { sizeOf, type Tensor, tensor } from '../tensor/tensor.ts'

export { targetOfRows }

/** Variants of the items of a batch, made only when their chunk is due: baselines, noisy copies, masked copies. */
export interface Rows {
  readonly count: number
  /** The item of the batch row r is a variant of. */
  item(row: number): number
  fill(row: number, into: Float32Array): void
}

export function checkSignal(run: Run): void {
  if (run.signal.aborted) throw new SaliscopeError('cancelled', 'The computation was cancelled.', {}, 'stopped')
}

/** The class index of one item. */
export function targetIndex(target: Target, item: number): number {
  return typeof target.index === 'number' ? target.index : target.index[item]
}

interface Filled {
  readonly x: Tensor
  readonly items: readonly number[]
}

/** Rows first … first + count − 1 as a batch; `pause` is awaited behind each of them. */
async function filled(
  rows: Rows,
  first: number,
  count: number,
  itemDims: readonly number[],
  pause: (() => Promise<void>) | null,
): Promise<Filled> {
  const size = sizeOf(itemDims)
  const data = new Float32Array(count * size)
  const items: number[] = []
  for (let r = 0; r < count; r++) {
    rows.fill(first + r, data.subarray(r * size, (r + 1) * size))
    items.push(rows.item(first + r))
    if (pause !== null) await pause()
  }
  return { x: tensor([count, ...itemDims], data), items }
}

/** Lets messages in: runs under way hand over their results and are given the next. */
const letMessagesIn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Both at a time; fails with the first failure, when neither is under way any more. */
async function sideBySide<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b])
  return Promise.all([a, b])
}

/**
 * Cuts rows into batches the model handles best; between two batches cancelling is answered and progress told. Batches are
 * worked on one after the other, in order. The next one is filled meanwhile where runs leave this thread free: rows must not
 * depend on what `work` makes of earlier ones.
 */
export async function forEachChunk(
  model: ModelUnderStudy,
  rows: Rows,
  run: Run,
  stage: string,
  work: (x: Tensor, items: readonly number[], first: number) => Promise<void>,
  batch = model.preferredBatch,
): Promise<void> {
  const chunk = Math.max(1, batch)
  const pause = model.leavesThreadFree === true ? letMessagesIn : null
  const chunkAt = (first: number, isBeside: boolean): Promise<Filled> =>
    filled(rows, first, Math.min(chunk, rows.count - first), model.input.itemDims, isBeside ? pause : null)
  let due: Filled | null = null
  for (let first = 0; first < rows.count; first += chunk) {
    checkSignal(run)
    run.progress(first, rows.count, stage)
    const { x, items } = due ?? (await chunkAt(first, false))
    const after = first + chunk
    const working = work(x, items, first)
    if (pause !== null && after < rows.count) due = (await sideBySide(working, chunkAt(after, true)))[1]
    else {
      await working
      due = null
    }
  }
  checkSignal(run)
  run.progress(rows.count, rows.count, stage)
}

/** The explained score of every row, handed over in row order. */
export async function streamScores(
  model: ModelUnderStudy,
  target: Target,
  rows: Rows,
  run: Run,
  stage: string,
  accept: (row: number, score: number) => void,
): Promise<void> {
  await forEachChunk(model, rows, run, stage, async (x, items, first) => {
    const scores = await model.explained(x, targetOfRows(target, items))
    for (let r = 0; r < items.length; r++) accept(first + r, scores[r])
  })
}

/** The gradient (and score) of every row, handed over in row order; the gradient is a view, valid during the call. */
export async function streamGradients(
  model: ModelUnderStudy,
  target: Target,
  rows: Rows,
  run: Run,
  stage: string,
  accept: (row: number, gradient: Float32Array, score: number) => void,
  rule: BackwardRule = 'plain',
): Promise<void> {
  const size = sizeOf(model.input.itemDims)
  await forEachChunk(model, rows, run, stage, async (x, items, first) => {
    const { gradient, scores } = await model.gradient(x, targetOfRows(target, items), rule)
    for (let r = 0; r < items.length; r++)
      accept(first + r, gradient.data.subarray(r * size, (r + 1) * size), scores[r])
  })
}

/** The items of a batch as they are. */
export function rowsOfBatch(x: Tensor): Rows {
  const size = sizeOf(x.dims.slice(1))
  return {
    count: x.dims[0],
    item: (row) => row,
    fill: (row, into) => into.set(x.data.subarray(row * size, (row + 1) * size)),
  }
}

/** `each` variants of every item, item by item: row = item·each + variant. */
export function rowsPerItem(
  items: number,
  each: number,
  fill: (item: number, variant: number, into: Float32Array) => void,
): Rows {
  return {
    count: items * each,
    item: (row) => Math.floor(row / each),
    fill: (row, into) => fill(Math.floor(row / each), row % each, into),
  }
}

/** The same run with its progress hidden, for the inner part of a method that reports its own. */
export function quietly(run: Run): Run {
  return { signal: run.signal, progress: () => {} }
}
