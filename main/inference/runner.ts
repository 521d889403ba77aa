import { SaliscopeError } from '../shared/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { inChunks, itemsOf, padded, throwIfCancelled } from './chunks.ts'
import type { Built, Engine } from './engine.ts'
import { inLanes } from './lanes/in-lanes.ts'
import type { LanePlan } from './lanes/lane-plan.ts'
import type { Target } from './model-under-study.ts'
import type { Pass } from './passes.ts'
import { float32Of, type RawTensor } from './session.ts'
import { maskRows, seedRows, targetIndices } from './target.ts'

export const raw = (x: Tensor): RawTensor => ({ type: 'float', dims: x.dims, data: x.data })

/** Copies the first items of a run's output to their place in the whole batch; padding is left behind. */
export function place(into: Tensor, value: RawTensor, from: number, to: number): void {
  const size = into.data.length / into.dims[0]
  into.data.set(float32Of(value).subarray(0, (to - from) * size), from * size)
}

/** Rows [from, to) padded to the graph's batch; one row serves them all where there is but one. */
function rowsOf(x: Tensor, from: number, to: number, batch: number): Tensor {
  return padded(x.dims[0] === 1 ? x : itemsOf(x, from, to), batch)
}

export type Feeds = Record<string, RawTensor>
type Values = Readonly<Record<string, RawTensor>>

/** What one chunk of one kind of run is told. */
export interface Chunk {
  readonly from: number
  readonly to: number
  readonly values: Values
  readonly about: Built
}

/** A kind of run over a batch: the pass, the targets it serves and what it feeds besides image, mask and seeds. */
export interface Job {
  readonly pass: Pass
  readonly targets: readonly Target[]
  readonly feeds?: (from: number, to: number, batch: number, about: Built) => Feeds
  readonly isSeeded: boolean
  /** Items per run; as many as fit when left out. */
  readonly items?: number
  /** How many rows, where one image serves all of them. */
  readonly rows?: number
}

/** Runs passes over batches of any size: cancel, memory, masks, seeds and fixed batches in one place. */
export class Runner {
  readonly engine: Engine
  readonly #signal: AbortSignal

  constructor(engine: Engine, signal: AbortSignal) {
    this.engine = engine
    this.#signal = signal
  }

  /** Calls `collect` for each chunk of the batch, in order. */
  async run(x: Tensor, job: Job, collect: (chunk: Chunk) => void): Promise<void> {
    const n = job.rows ?? this.batchOf(x)
    const { pass, targets } = job
    const count = targets.length
    const [{ output }] = targets
    const mask = maskRows(targets[0], n, this.engine.prepared.one.scoreMap?.spatial ?? null)
    const fixedBatch = (await this.engine.fixedBatch(n)) ?? job.items ?? null
    const variant = count > 1 ? `${pass.kind}×${count}` : pass.kind
    const lanes = this.#lanes(variant, n, fixedBatch)
    const runOne = async (from: number, to: number): Promise<Chunk & { addedMb: number }> => {
      const batch = fixedBatch ?? lanes?.items ?? to - from
      const form = { output, masked: mask !== null, batch, lanes: lanes?.lanes ?? 1 }
      const loaded = await this.engine.load(count > 1 ? `${pass.name} ×${count}` : pass.name, form, (at) =>
        pass.build(at, count, this.engine.capabilities),
      )
      const feeds: Feeds = { x: raw(rowsOf(x, from, to, batch)) }
      if (mask !== null) feeds.mask = raw(rowsOf(mask, from, to, batch))
      if (job.isSeeded) {
        for (const [t, target] of targets.entries()) feeds[`seed${t}`] = this.#seed(target, n, from, to, batch)
      }
      Object.assign(feeds, job.feeds?.(from, to, batch, loaded.about))
      return { from, to, about: loaded.about, ...(await this.engine.run(loaded, feeds)) }
    }
    if (lanes !== null) return inLanes(n, lanes, this.#signal, runOne, collect)
    await inChunks(n, { plan: this.engine.plan, variant, signal: this.#signal, fixedBatch }, async (from, to) => {
      const chunk = await runOne(from, to)
      collect(chunk)
      return chunk.addedMb
    })
  }

  /** How n items are shared out: only where every lane gets a whole run, so that small batches keep all threads. */
  #lanes(variant: string, n: number, fixedBatch: number | null): LanePlan | null {
    const plan = this.engine.lanes(variant, fixedBatch)
    if (plan === null) return null
    let { items } = plan
    while (fixedBatch === null && items > 1 && n < plan.lanes * items) items /= 2
    return n >= plan.lanes * items ? { ...plan, items } : null
  }

  /** Number of items of x, after its shape was compared with the model's input. */
  batchOf(x: Tensor): number {
    throwIfCancelled(this.#signal)
    const { itemDims, name } = this.engine.prepared.input
    if (x.dims.length === itemDims.length + 1 && x.dims[0] > 0 && itemDims.every((d, i) => d === x.dims[i + 1]))
      return x.dims[0]
    throw new SaliscopeError(
      'inference.input',
      `The array has the shape [${x.dims.join(', ')}], and the input ${name} of the model takes [N, ${itemDims.join(', ')}].`,
      { found: x.dims, expected: itemDims },
    )
  }

  /** The rows that select each item's score, padded to the graph's batch. */
  #seed(target: Target, n: number, from: number, to: number, batch: number): RawTensor {
    const indices = targetIndices(target, n, this.engine.prepared.scoreCount).subarray(from, to)
    const rows = seedRows(indices, target.negate, this.engine.prepared.scoreCount)
    return raw(padded({ dims: [to - from, this.engine.prepared.scoreCount], data: rows }, batch))
  }
}
