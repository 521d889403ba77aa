import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'
import type { MemoryPlan } from './memory-plan.ts'

/** Above this share of the bound a first chunk is run with one item, to measure before more are tried. */
const CAUTIOUS_SHARE = 0.25

/** Items [from, to) of a batch, a view on the same memory. */
export function itemsOf(x: Tensor, from: number, to: number): Tensor {
  const rest = x.dims.slice(1)
  const size = sizeOf(rest)
  return { dims: [to - from, ...rest], data: x.data.subarray(from * size, to * size) }
}

/** A batch of exactly `n` items: the last one repeated where some are missing. */
export function padded(x: Tensor, n: number): Tensor {
  const have = x.dims[0]
  if (have === n) return x
  const rest = x.dims.slice(1)
  const size = sizeOf(rest)
  const data = new Float32Array(n * size)
  data.set(x.data)
  for (let i = have; i < n; i++) data.set(x.data.subarray((have - 1) * size), i * size)
  return { dims: [n, ...rest], data }
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new SaliscopeError('cancelled', 'The computation was cancelled.', {}, 'stopped')
}

export interface ChunkSettings {
  readonly plan: MemoryPlan
  readonly variant: string
  readonly signal: AbortSignal
  /** Batch size that the graph insists on, or null when any will do. */
  readonly fixedBatch: number | null
}

/**
 * Cuts `n` items into runs that fit the memory and calls `runOne` for each in order; it answers with the MB that its run
 * added to the process' high-water mark. Between two runs the signal is asked. Where a chunk might be large, the first holds one item and its growth of memory decides the next ones.
 */
export async function inChunks(
  n: number,
  settings: ChunkSettings,
  runOne: (from: number, to: number) => Promise<number>,
): Promise<void> {
  const { plan, variant, signal, fixedBatch } = settings
  for (let from = 0; from < n; ) {
    throwIfCancelled(signal)
    const size = fixedBatch ?? nextSize(plan, variant, from === 0, n)
    const to = Math.min(n, from + size)
    plan.measured(variant, to - from, await runOne(from, to))
    from = to
  }
  throwIfCancelled(signal)
}

function nextSize(plan: MemoryPlan, variant: string, isFirst: boolean, n: number): number {
  const size = plan.chunk(variant)
  return isFirst && n > 1 && plan.isRisky(variant, Math.min(size, n), CAUTIOUS_SHARE) ? 1 : size
}
