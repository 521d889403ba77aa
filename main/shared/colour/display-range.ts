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
  /** Zero keeps the middle of a diverging table. */
  readonly signed: boolean
}

/**
 * Display range of a map. Unsigned: 0 … 99th percentile (or maximum); signed: ± the 99th percentile of |value| (or the
 * largest magnitude), so that zero keeps the middle of a diverging table. A sparse map whose percentile is 0 falls back on
 * its largest magnitude.
 */
export function displayRange(statistics: MapStatistics, mode: 'percentile' | 'full' = 'percentile'): DisplayRange {
  const largest = Math.max(Math.abs(statistics.min), Math.abs(statistics.max))
  if (statistics.signed) {
    const reach = mode === 'percentile' && statistics.p99abs > 0 ? statistics.p99abs : largest
    return { low: -reach, high: reach, signed: true }
  }
  const high = mode === 'percentile' && statistics.p99 > 0 ? statistics.p99 : statistics.max
  return { low: Math.min(0, statistics.min), high: Math.max(high, 0), signed: false }
}

/** One range for several maps: the widest of their own, symmetric if any is signed. */
export function sharedRange(all: readonly MapStatistics[], mode: 'percentile' | 'full' = 'percentile'): DisplayRange {
  const ranges = all.filter((s) => !s.flat).map((s) => displayRange(s, mode))
  if (ranges.length === 0) return { low: 0, high: 1, signed: false }
  const high = Math.max(...ranges.map((r) => r.high))
  const low = Math.min(...ranges.map((r) => r.low))
  if (!ranges.some((r) => r.signed)) return { low, high, signed: false }
  const reach = Math.max(high, -low)
  return { low: -reach, high: reach, signed: true }
}

/** Absolute value below which a map is transparent: a share of the range's reach. */
export const thresholdOf = (range: DisplayRange, share: number) =>
  share * Math.max(Math.abs(range.low), Math.abs(range.high))
