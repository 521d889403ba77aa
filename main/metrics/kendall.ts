import { z } from 'zod'
import { counterRandom, permutation } from '../tensor/random.ts'
import { ascendingOrder, midRanks } from '../tensor/sort.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'
import { pairMetric } from './pair-metric.ts'

/** Pairs among ties: Σ t(t−1)/2 over groups of equal numbers in sorted order. */
function tiedPairs(sorted: ArrayLike<number>): number {
  let pairs = 0
  for (let first = 0; first < sorted.length; ) {
    let end = first + 1
    while (end < sorted.length && sorted[end] === sorted[first]) end++
    pairs += ((end - first) * (end - first - 1)) / 2
    first = end
  }
  return pairs
}

/** Number of exchanges of neighbours that sort the list (merge sort); the list is sorted. */
function inversions(list: Float64Array): number {
  let spare = new Float64Array(list.length)
  let from: Float64Array = list
  let count = 0
  for (let width = 1; width < list.length; width *= 2) {
    for (let left = 0; left < list.length; left += 2 * width) {
      const middle = Math.min(left + width, list.length)
      const right = Math.min(left + 2 * width, list.length)
      let i = left
      let j = middle
      for (let k = left; k < right; k++) {
        if (i < middle && (j >= right || from[i] <= from[j])) spare[k] = from[i++]
        else {
          count += middle - i
          spare[k] = from[j++]
        }
      }
    }
    const kept = from
    from = spare
    spare = kept as Float64Array<ArrayBuffer>
  }
  list.set(from)
  return count
}

/**
 * Kendall's tau-b by Knight's algorithm, O(n log n); null where either side is constant.
 *
 * source  Knight 1966, Journal of the American Statistical Association 61, 436
 */
export function tauB(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const n = a.length
  const ra = midRanks(a)
  const rb = midRanks(b)
  // Sorted by a, ties by b: pairs that disagree are then the inversions of b.
  const byB = ascendingOrder(rb)
  const byBoth = ascendingOrder(Float64Array.from(byB, (i) => ra[i]))
  const order = Uint32Array.from(byBoth, (k) => byB[k])
  const sortedA = Float64Array.from(order, (i) => ra[i])
  const sortedB = Float64Array.from(order, (i) => rb[i])
  let both = 0
  for (let first = 0; first < n; ) {
    let end = first + 1
    while (end < n && sortedA[end] === sortedA[first] && sortedB[end] === sortedB[first]) end++
    both += ((end - first) * (end - first - 1)) / 2
    first = end
  }
  const all = (n * (n - 1)) / 2
  const tiesA = tiedPairs(sortedA)
  const discordant = inversions(sortedB)
  const tiesB = tiedPairs(sortedB)
  if (all === tiesA || all === tiesB) return null
  return (all - tiesA - tiesB + both - 2 * discordant) / Math.sqrt(all - tiesA) / Math.sqrt(all - tiesB)
}

const largest = 1_000_000

/**
 * Kendall's tau-b of two maps: agreement of the order of all pairs of positions.
 *
 * value   −1 … 1; above a million positions a seeded sample of a million is taken (details.sampled)
 * undefined  map-constant (either map), map-not-finite, too-few
 * source  Kendall 1945; scipy.stats.kendalltau
 */
export const kendall = pairMetric({
  id: 'kendall',
  title: 'Kendall correlation',
  summary: 'Agreement of the order of all pairs of positions (tau-b, ties corrected).',
  source: 'Kendall 1945, doi 10.1093/biomet/33.3.239; scipy.stats.kendalltau',
  range: [-1, 1],
  parameters: z.strictObject(mapFields),
  measure({ a, b }, _parameters, { seed }) {
    if (a.length < 2) return undefinedBecause('too-few')
    const sampled = a.length > largest
    const chosen = sampled ? permutation(counterRandom(seed), 0, 0, a.length).subarray(0, largest) : null
    const pick = (values: Float64Array) => (chosen ? Float64Array.from(chosen, (i) => values[i]) : values)
    const value = tauB(pick(a), pick(b))
    return value === null ? undefinedBecause('map-constant') : { value, details: { sampled: sampled ? largest : null } }
  },
})
