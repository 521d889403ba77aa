/** Counts of a map's finite values in equal bins over [low, high]; values outside are not counted, `high` belongs to the last bin. */
export function mapHistogram(values: Float32Array, low: number, high: number, bins: number): Uint32Array {
  const counts = new Uint32Array(bins)
  if (!(high > low)) return counts
  const scale = bins / (high - low)
  for (const value of values) {
    if (!(value >= low && value <= high)) continue
    counts[Math.min(bins - 1, Math.floor((value - low) * scale))]++
  }
  return counts
}

/** Heights 0 … 1 on a logarithmic scale, so that the few strong positions are seen beside the many weak ones. */
export function logHeights(counts: Uint32Array): number[] {
  const top = Math.log1p(Math.max(...counts))
  return [...counts].map((count) => (top > 0 ? Math.log1p(count) / top : 0))
}
