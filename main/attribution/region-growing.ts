/** A region: the positions it holds, rising. Regions may overlap. */
export type Region = Int32Array

/** What a region would still add: its positions not yet covered, how many, and their attribution. */
interface Growth {
  readonly region: Region
  count: number
  sum: number
}

/** Regions that each position belongs to, as one list per position (compressed rows). */
function memberships(regions: readonly Region[], positions: number): { from: Int32Array; list: Int32Array } {
  const from = new Int32Array(positions + 1)
  for (const region of regions) for (const q of region) from[q + 1]++
  for (let q = 0; q < positions; q++) from[q + 1] += from[q]
  const next = from.slice()
  const list = new Int32Array(from[positions])
  regions.forEach((region, r) => {
    for (const q of region) list[next[q]++] = r
  })
  return { from, list }
}

/** Mean over the uncovered positions of a region, summed afresh in their order. */
function exactMean(region: Region, covered: Uint8Array, attribution: Float64Array): number {
  let sum = 0
  let count = 0
  for (const q of region) {
    if (covered[q]) continue
    sum += attribution[q]
    count++
  }
  return sum / count
}

/** Running sums drift by rounding: candidates this close to the best are compared by their exact means, so ties stay ties. */
const drift = 1e-9

function bestRegion(
  growths: readonly Growth[],
  open: readonly number[],
  covered: Uint8Array,
  attribution: Float64Array,
): { index: number; gain: number } {
  let most = Number.NEGATIVE_INFINITY
  for (const r of open) most = Math.max(most, growths[r].sum / growths[r].count)
  let best = { index: -1, gain: Number.NEGATIVE_INFINITY }
  for (const r of open) {
    if (growths[r].sum / growths[r].count < most - drift * Math.max(1e-30, Math.abs(most)) - 1e-300) continue
    const gain = exactMean(growths[r].region, covered, attribution)
    if (gain > best.gain) best = { index: r, gain }
  }
  return best
}

function leaveRest(value: Float64Array, covered: Uint8Array, attribution: Float64Array): void {
  let sum = 0
  let count = 0
  for (let q = 0; q < value.length; q++) {
    if (covered[q]) continue
    sum += attribution[q]
    count++
  }
  for (let q = 0; q < value.length; q++) if (!covered[q]) value[q] = sum / count
}

/**
 * Ranks regions by growing a mask: the region whose new positions have the largest mean attribution comes first.
 *
 * Regions that add fewer than `least` positions are dropped; ties go to the first region; positions left over get their own mean.
 * Counts and sums are kept up to date through the list of regions per position, so that the whole costs Σ|region| and not its square.
 *
 * source  Kapishnikov et al. 2019, arXiv:1906.02825 (XRAI); PAIR saliency XRAI 'full'
 */
export function growFull(attribution: Float64Array, regions: readonly Region[], least: number): Float64Array {
  const n = attribution.length
  const value = new Float64Array(n)
  const covered = new Uint8Array(n)
  const { from, list } = memberships(regions, n)
  const growths: Growth[] = regions.map((region) => ({
    region,
    count: region.length,
    sum: region.reduce((s, q) => s + attribution[q], 0),
  }))
  let open = regions.map((_, r) => r)
  for (;;) {
    open = open.filter((r) => growths[r].count >= least)
    if (open.length === 0) break
    const { index, gain } = bestRegion(growths, open, covered, attribution)
    open = open.filter((r) => r !== index)
    for (const q of regions[index]) {
      if (covered[q]) continue
      covered[q] = 1
      value[q] = gain
      for (let i = from[q]; i < from[q + 1]; i++) {
        const growth = growths[list[i]]
        growth.count--
        growth.sum -= attribution[q]
      }
    }
  }
  leaveRest(value, covered, attribution)
  return value
}

/** Ranks regions once by their whole mean and walks down the list; each keeps only what is new. PAIR saliency XRAI 'fast'. */
export function growFast(attribution: Float64Array, regions: readonly Region[], least: number): Float64Array {
  const n = attribution.length
  const value = new Float64Array(n)
  const covered = new Uint8Array(n)
  const means = regions.map((region) => region.reduce((s, q) => s + attribution[q], 0) / region.length)
  const order = regions.map((_, r) => r).sort((a, b) => means[b] - means[a] || a - b)
  for (const r of order) {
    const fresh = regions[r].filter((q) => !covered[q])
    if (fresh.length < least || fresh.length === 0) continue
    const mean = exactMean(regions[r], covered, attribution)
    for (const q of fresh) {
      value[q] = mean
      covered[q] = 1
    }
  }
  leaveRest(value, covered, attribution)
  return value
}
