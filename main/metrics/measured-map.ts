import { z } from 'zod'
import type { Merge } from '../shared/domain/map.ts'
import type { UndefinedReason } from '../shared/errors/metrics.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { mergeChannels } from '../tensor/merge.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'
import type { Measurement } from './metric.ts'

export type Sign = 'signed' | 'absolute' | 'positive'

/** Parameters of every metric that looks at the values of a map. */
export const mapFields = {
  sign: z.enum(['signed', 'absolute', 'positive']).default('signed').meta({
    title: 'Sign',
    description: 'What ranks: the value itself, its magnitude, or its positive part.',
  }),
  merge: z.enum(['sum', 'absolute-sum', 'sum-absolute', 'max', 'max-absolute', 'l2']).default('sum').meta({
    title: 'Merge',
    description: 'How the channels of a pixel method’s map become one value per position.',
  }),
}
export interface MapParameters {
  readonly sign: Sign
  readonly merge: Merge
}

/** A measurement without a value. */
export function undefinedBecause(
  reason: UndefinedReason,
  more: Omit<Measurement, 'value' | 'reason'> = {},
): Measurement {
  return { ...more, value: null, reason }
}

/** One value per position, in double precision, the sign convention applied. */
export interface MeasuredMap {
  readonly values: Float64Array
  readonly dims: readonly number[]
}

/** Dims without leading axes of length 1; at least one axis stays. */
export function spatialDimsOf(dims: readonly number[]): number[] {
  const out = [...dims]
  while (out.length > 1 && out[0] === 1) out.shift()
  return out
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i])

/** −0 becomes 0, so that ties and equality mean what they say. */
const signRules: Readonly<Record<Sign, (v: number) => number>> = {
  signed: (v) => v + 0,
  absolute: Math.abs,
  positive: (v) => Math.max(v, 0) + 0,
}

/**
 * Brings a map to one value per position.
 *
 * dims    `[...spatial]`, or the shape `explain` writes: [1, 1, ...spatial], [1, C, ...spatial], [1, ...spatial, C]
 * wanted  the spatial dims it is compared with; null: the map's own
 * errors  metrics.size-mismatch: both shapes are quoted
 */
export function measuredMap(
  map: Tensor,
  wanted: readonly number[] | null,
  { sign, merge }: MapParameters,
  what = 'map',
): MeasuredMap {
  const own = spatialDimsOf(map.dims)
  const target = wanted ? spatialDimsOf(wanted) : own
  const rule = signRules[sign]
  if (same(own, target)) {
    // A loop: `from` with a function walks an iterator and takes longer than the metric.
    const values = new Float64Array(map.data)
    for (let i = 0; i < values.length; i++) values[i] = rule(values[i])
    return { values, dims: target }
  }
  if (same(own.slice(1), target)) return { values: mergeChannels(map.data, own, 0, merge).map(rule), dims: target }
  if (same(own.slice(0, -1), target))
    return { values: mergeChannels(map.data, own, own.length - 1, merge).map(rule), dims: target }
  throw new SaliscopeError(
    'metrics.size-mismatch',
    `The ${what} has the shape [${map.dims.join(', ')}], where [${target.join(', ')}] is needed; resample one of them with a named rule first.`,
    { found: map.dims, wanted: target },
  )
}

/** Whether every value is a finite number. */
export function allFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

export function range(values: Float64Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i]
    if (values[i] > high) high = values[i]
  }
  return { low, high }
}

/** Positions inside a mask of 0 and 1. */
export interface MeasuredMask {
  readonly inside: Uint8Array
  readonly dims: readonly number[]
  readonly count: number
}

/** errors  metrics.mask-values */
export function measuredMask(mask: Tensor): MeasuredMask {
  const inside = new Uint8Array(sizeOf(mask.dims))
  let count = 0
  for (let i = 0; i < inside.length; i++) {
    const value = mask.data[i]
    if (value !== 0 && value !== 1) {
      throw new SaliscopeError(
        'metrics.mask-values',
        `The mask holds the value ${value} at position ${i}; only 0 and 1 are taken.`,
        { position: i, value },
      )
    }
    inside[i] = value
    count += value
  }
  return { inside, dims: spatialDimsOf(mask.dims), count }
}
