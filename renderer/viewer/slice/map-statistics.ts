import type { MapStatistics } from '../../../main/shared/colour/display-range.ts'
import type { ColourTableId } from '../../../main/shared/colour/tables.ts'

export type RangeMode = 'percentile' | 'full' | 'shared' | 'fixed'

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
