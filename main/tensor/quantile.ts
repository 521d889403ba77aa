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

/** Moves the number of rank k (from 0, upwards) to its place, no larger one before it and no smaller one behind (Hoare's selection). */
function select(values: Float64Array, k: number): void {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const [a, b, c] = [values[low], values[(low + high) >> 1], values[high]]
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
    let i = low
    let j = high
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i > j) break
      const kept = values[i]
      values[i++] = values[j]
      values[j--] = kept
    }
    if (k <= j) high = j
    else if (k >= i) low = i
    else return
  }
}

/** The same for numbers in any order; the input stays as it is. */
export function quantile(values: ArrayLike<number>, q: number, rule: 'linear' | 'lower' = 'linear'): number {
  const own = Float64Array.from(values)
  const k = Math.floor(q * (own.length - 1))
  // Where an answer needs but one or two numbers, sorting them all takes five times as long. What is not a number has no rank.
  if (own.length === 0 || !(q >= 0 && q <= 1) || own.some(Number.isNaN)) return quantileOfSorted(own.sort(), q, rule)
  select(own, k)
  if (rule === 'lower' || k === own.length - 1) return own[k]
  let next = k + 1
  for (let i = next + 1; i < own.length; i++) if (own[i] < own[next]) next = i
  own[k + 1] = own[next]
  return quantileOfSorted(own, q, rule)
}
