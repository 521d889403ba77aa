import { freemem, totalmem } from 'node:os'
import type { ConstantTensor, Shapes } from '../graph/model.ts'
import { sizeOf } from '../tensor/tensor.ts'

const BYTES_PER_MB = 1024 * 1024
/** Share of what is free that one model may use when nobody sets a bound. */
const DEFAULT_SHARE = 0.4
const LARGEST_DEFAULT_MB = 6 * 1024
/** Share of the machine's memory that is taken as the bound where an answer must not change with what is free just now. */
const STEADY_SHARE = 0.25
/** Beyond this a larger batch no longer pays on a CPU, and cancelling takes longer. */
const LARGEST_CHUNK = 64
/** Activations of one chunk are kept near the caches' and the arena's reach, not as large as memory allows. */
const COMFORTABLE_MB = 512

const bytesOf = ({ dims, type }: { readonly dims: readonly number[]; readonly type: string }): number =>
  sizeOf(dims) * (type === 'int64' || type === 'double' ? 8 : 4)

/** Bytes of all computed tensors of a graph: what a backward pass keeps alive at most. */
export function activationBytes(shapes: Shapes, isConstant: (name: string) => boolean): number {
  let bytes = 0
  for (const [name, shape] of shapes) if (!isConstant(name)) bytes += bytesOf(shape)
  return bytes
}

export function weightBytes(constants: Iterable<ConstantTensor>): number {
  let bytes = 0
  for (const constant of constants) bytes += bytesOf(constant)
  return bytes
}

export interface MemoryPlan {
  /** Bound in MB on what runs of this model may hold at a time. */
  readonly boundMb: number
  /** The same bound where it was given, else a share of the machine: two runs on one machine see the same number. */
  readonly steadyMb: number
  /** What one item is expected to keep alive, from sizes alone: the same whatever ran before. */
  expectedMb(variant: string): number
  /** Items per run that fit, from what is known now. */
  chunk(variant: string): number
  /** Tells the plan what a run of `items` items added to the process' high-water mark, in MB. */
  measured(variant: string, items: number, addedMb: number): void
  /** Whether a first run of so many items is expected to take more than this share of the bound and was never measured. */
  isRisky(variant: string, items: number, share: number): boolean
}

/**
 * Chooses how many items one run takes. The first guess comes from the sizes of all tensors (times `keeps`: 1 for a
 * forward pass, about 3 with the backward pass); a run's measured growth replaces a guess that was too small.
 *
 * boundMb  given by the user, or 40 % of what is free, at most 6 GB
 */
export function planMemory(
  bytesPerItem: number,
  boundMb: number | null,
  keeps: (variant: string) => number,
): MemoryPlan {
  const bound = boundMb ?? Math.min(LARGEST_DEFAULT_MB, (freemem() / BYTES_PER_MB) * DEFAULT_SHARE)
  const perItemMb = new Map<string, number>()
  const seen = new Set<string>()
  const guess = (variant: string) => (bytesPerItem / BYTES_PER_MB) * keeps(variant)
  return {
    boundMb: bound,
    steadyMb: boundMb ?? Math.min(LARGEST_DEFAULT_MB, machineMb() * STEADY_SHARE),
    expectedMb: guess,
    chunk(variant) {
      const mb = Math.max(perItemMb.get(variant) ?? guess(variant), 1e-3)
      const comfortable = Math.max(4, Math.floor(COMFORTABLE_MB / mb))
      return Math.max(1, Math.min(LARGEST_CHUNK, comfortable, Math.floor(bound / mb)))
    },
    isRisky: (variant, items, share) => !seen.has(variant) && guess(variant) * items > bound * share,
    measured(variant, items, addedMb) {
      seen.add(variant)
      const mb = addedMb / items
      if (mb > guess(variant) && mb > (perItemMb.get(variant) ?? 0)) perItemMb.set(variant, mb)
    },
  }
}

/** Memory of the machine, or of the part of it that this process was given. */
function machineMb(): number {
  const limit = process.constrainedMemory()
  return (limit > 0 ? Math.min(limit, totalmem()) : totalmem()) / BYTES_PER_MB
}

/** High-water mark of this process' resident memory, in MB. */
export function peakMemoryMb(): number {
  return process.resourceUsage().maxRSS / 1024
}
