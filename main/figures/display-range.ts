import type { SaliencyMap } from '../shared/domain/map.ts'

export interface DisplayRange {
  readonly low: number
  readonly high: number
  readonly signed: boolean
}

/** 0 … 99th percentile, or ± the 99th percentile of |value| with zero in the middle for signed maps. */
export function displayRange(statistics: SaliencyMap['statistics']): DisplayRange {
  if (statistics.signed) return { low: -statistics.p99abs, high: statistics.p99abs, signed: true }
  return { low: Math.min(0, statistics.p01), high: statistics.p99, signed: false }
}

/** The range that holds every map of a figure; signed as soon as one of them is. */
export function sharedRange(all: readonly SaliencyMap['statistics'][]): DisplayRange {
  const ranges = all.filter((one) => !one.flat).map(displayRange)
  if (ranges.length === 0) return { low: 0, high: 1, signed: false }
  if (ranges.some((range) => range.signed)) {
    const reach = Math.max(...ranges.map((range) => Math.max(Math.abs(range.low), Math.abs(range.high))))
    return { low: -reach, high: reach, signed: true }
  }
  return {
    low: Math.min(...ranges.map((range) => range.low)),
    high: Math.max(...ranges.map((range) => range.high)),
    signed: false,
  }
}

/** Absolute value below which a map is transparent: a share of the range's reach. */
export const thresholdOf = (range: DisplayRange, share: number) =>
  share * Math.max(Math.abs(range.low), Math.abs(range.high))
