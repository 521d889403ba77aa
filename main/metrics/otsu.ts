/**
 * Otsu's threshold of bytes: the level with the largest variance between {≤ level} and {> level}; the first of equals.
 *
 * Compared as exact integers where 2⁵³ allows, so empty bins tie exactly and the first one wins.
 *
 * source  Otsu 1979, IEEE Transactions on Systems, Man, and Cybernetics 9, 62
 */
export function otsuLevel(bytes: Uint8Array): number {
  const histogram = new Float64Array(256)
  for (const b of bytes) histogram[b]++
  const total = bytes.length
  let sum = 0
  for (let b = 0; b < 256; b++) sum += b * histogram[b]
  let below = 0
  let belowSum = 0
  let best = -1
  let level = 0
  for (let t = 0; t < 256; t++) {
    below += histogram[t]
    belowSum += t * histogram[t]
    if (below === 0 || below === total) continue
    // w₀w₁(μ₀ − μ₁)² up to the constant 1/total⁴… written with totals: (S·n₀ − N·S₀)² / (n₀ n₁).
    const difference = sum * below - total * belowSum
    const variance = (difference / below) * (difference / (total - below))
    if (variance > best) {
      best = variance
      level = t
    }
  }
  return level
}
