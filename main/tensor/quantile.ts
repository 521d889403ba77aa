/**
 * Quantiles of numbers already sorted upwards.
 *
 * 'linear'  between the neighbours of position q·(n−1): NumPy's default, R's type 7
 * 'lower'   the neighbour below
 *
 * errors  RangeError for an empty list or q outside 0 … 1
 */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number, rule: 'linear' | 'lower' = 'linear'): number {
  const n = sorted.length
  if (n === 0) throw new RangeError('A quantile of no numbers is not defined.')
  if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile lies between 0 and 1, not at ${q}.`)
  const position = q * (n - 1)
  const below = Math.floor(position)
  if (rule === 'lower' || below === n - 1) return sorted[below]
  const share = position - below
  const a = sorted[below]
  const b = sorted[below + 1]
  // NumPy's form, exact at both ends.
  return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share)
}

/** The same for numbers in any order; the input stays as it is. */
export function quantile(values: ArrayLike<number>, q: number, rule: 'linear' | 'lower' = 'linear'): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q, rule)
}
