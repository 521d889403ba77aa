import type { ColourTableId } from '../../../main/shared/colour/tables.ts'

export type RangeMode = 'percentile' | 'full' | 'shared' | 'fixed'

/** What a range is made from; the map's stored statistics carry the same numbers. */
export interface MapStatistics {
  readonly min: number
  readonly max: number
  readonly p99: number
  readonly p99abs: number
  readonly signed: boolean
  readonly flat: boolean
}

export interface DisplayRange {
  readonly low: number
  readonly high: number
}

/**
 * Display range of a map. Unsigned: 0 … 99th percentile (or maximum); signed: ± the 99th percentile of |value| (or the
 * largest magnitude), so that zero keeps the middle of a diverging table. A sparse map whose percentile is 0 falls back on
 * its largest magnitude.
 */
export function displayRange(statistics: MapStatistics, mode: 'percentile' | 'full'): DisplayRange {
  const largest = Math.max(Math.abs(statistics.min), Math.abs(statistics.max))
  if (statistics.signed) {
    const reach = mode === 'percentile' && statistics.p99abs > 0 ? statistics.p99abs : largest
    return { low: -reach, high: reach }
  }
  const high = mode === 'percentile' && statistics.p99 > 0 ? statistics.p99 : statistics.max
  return { low: Math.min(0, statistics.min), high: Math.max(high, 0) }
}

/** One range for several maps: the widest of their own, symmetric if any is signed. */
export function sharedRange(all: readonly MapStatistics[], mode: 'percentile' | 'full' = 'percentile'): DisplayRange {
  const ranges = all.filter((s) => !s.flat).map((s) => displayRange(s, mode))
  if (ranges.length === 0) return { low: 0, high: 1 }
  const high = Math.max(...ranges.map((r) => r.high))
  const low = Math.min(...ranges.map((r) => r.low))
  if (!all.some((s) => s.signed && !s.flat)) return { low, high }
  const reach = Math.max(high, -low)
  return { low: -reach, high: reach }
}

/**
 * Statistics of finite values by one pass and a histogram of 4096 bins for the percentiles (exact to 1/4096 of the range);
 * used for maps whose record carries none, such as differences.
 */
export function mapStatistics(values: Float32Array): MapStatistics {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let count = 0
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    count++
    if (value < min) min = value
    if (value > max) max = value
  }
  if (count === 0) return { min: 0, max: 0, p99: 0, p99abs: 0, signed: false, flat: true }
  const quantile = (of: (v: number) => number, low: number, high: number, share: number) => {
    if (!(high > low)) return high
    const bins = new Uint32Array(4096)
    for (const value of values)
      if (Number.isFinite(value)) bins[Math.min(4095, Math.floor(((of(value) - low) / (high - low)) * 4096))]++
    let seen = 0
    for (let bin = 0; bin < 4096; bin++) {
      seen += bins[bin]
      if (seen >= share * count) return low + ((bin + 1) / 4096) * (high - low)
    }
    return high
  }
  const reach = Math.max(-min, max)
  const p99 = quantile((v) => v, min, max, 0.99)
  return { min, max, p99, p99abs: quantile(Math.abs, 0, reach, 0.99), signed: min < 0, flat: min === max }
}

/** The value that the top `percent` of the finite values reach (for outlines of a map's strongest part). */
export function topLevel(values: Float32Array, percent: number): number {
  const finite = values.filter((v) => Number.isFinite(v)).sort()
  if (finite.length === 0) return Number.POSITIVE_INFINITY
  const rank = Math.min(finite.length - 1, Math.max(0, Math.floor(finite.length * (1 - percent / 100))))
  return finite[rank]
}

export function defaultTable(signed: boolean): ColourTableId {
  return signed ? 'signed-dark' : 'inferno'
}
