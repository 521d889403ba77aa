import { counterRandom } from '../tensor/random.ts'

/** Rows of 0/1 (1 = shown) with their weights in the regression. */
export interface Coalitions {
  readonly rows: readonly ArrayLike<number>[]
  readonly weights: readonly number[]
  /** The draw each row came from, a row and its complement being one; null: enumerated or given, so no chance was in it. */
  readonly draws: readonly (number | null)[]
}

function binomial(n: number, k: number): number {
  let value = 1
  for (let i = 1; i <= Math.min(k, n - k); i++) value = (value * (n - i + 1)) / i
  return value
}

/** Shapley kernel of one subset: (M − 1)/(C(M, s)·s·(M − s)). */
export function kernelWeight(m: number, s: number): number {
  return (m - 1) / (binomial(m, s) * s * (m - s))
}

const sizeOfRow = (row: ArrayLike<number>): number => Array.from(row).reduce((s, v) => s + v, 0)

/** All subsets but the empty and the full one. */
export function allCoalitions(m: number): Coalitions {
  const rows: Uint8Array[] = []
  const weights: number[] = []
  for (let code = 1; code < 2 ** m - 1; code++) {
    const row = Uint8Array.from({ length: m }, (_, i) => Math.floor(code / 2 ** i) % 2)
    rows.push(row)
    weights.push(kernelWeight(m, sizeOfRow(row)))
  }
  return { rows, weights, draws: rows.map(() => null) }
}

/** Rows as given: the kernel weight of each size, as often as the row occurs; empty and full rows say nothing and are dropped. */
export function givenCoalitions(rows: readonly ArrayLike<number>[]): Coalitions {
  const kept = rows.filter((row) => {
    const size = sizeOfRow(row)
    return size > 0 && size < row.length
  })
  const seen = new Map<string, number>()
  const out: ArrayLike<number>[] = []
  const weights: number[] = []
  for (const row of kept) {
    const key = Array.from(row).join('')
    const at = seen.get(key)
    const weight = kernelWeight(row.length, sizeOfRow(row))
    if (at === undefined) {
      seen.set(key, out.length)
      out.push(row)
      weights.push(weight)
    } else weights[at] += weight
  }
  return { rows: out, weights, draws: out.map(() => null) }
}

/** All subsets of size s, in lexicographic order. */
function* subsets(m: number, s: number): Generator<number[]> {
  const chosen = Array.from({ length: s }, (_, i) => i)
  for (;;) {
    yield [...chosen]
    let i = s - 1
    while (i >= 0 && chosen[i] === m - s + i) i--
    if (i < 0) return
    chosen[i]++
    for (let j = i + 1; j < s; j++) chosen[j] = chosen[j - 1] + 1
  }
}

/** Collects rows once each. */
class RowList {
  readonly rows: Uint8Array[] = []
  readonly weights: number[] = []
  readonly draws: (number | null)[] = []
  readonly #at = new Map<string, number>()

  /** Adds a row, or weight to the row already there; true when it is new. */
  add(row: Uint8Array, weight: number, draw: number | null): boolean {
    const key = row.join('')
    const at = this.#at.get(key)
    if (at !== undefined) {
      this.weights[at] += weight
      return false
    }
    this.#at.set(key, this.rows.length)
    this.rows.push(row)
    this.weights.push(weight)
    this.draws.push(draw)
    return true
  }
}

/** Total weight of each size s = 1 … ⌈(M − 1)/2⌉, its complement counted in, normalised. */
function sizeWeights(m: number): { weights: number[]; paired: number } {
  const sizes = Math.ceil((m - 1) / 2)
  const paired = Math.floor((m - 1) / 2)
  const raw = Array.from({ length: sizes }, (_, i) => ((i < paired ? 2 : 1) * (m - 1)) / ((i + 1) * (m - i - 1)))
  const sum = raw.reduce((a, b) => a + b, 0)
  return { weights: raw.map((w) => w / sum), paired }
}

const rowOf = (m: number, members: readonly number[]): Uint8Array => {
  const row = new Uint8Array(m)
  for (const i of members) row[i] = 1
  return row
}
const complement = (row: Uint8Array): Uint8Array => row.map((v) => 1 - v)

/** Sizes small enough to be enumerated completely within the budget; returns how many sizes that were and what is left. */
function enumerateSizes(m: number, budget: number, list: RowList): { full: number; left: number } {
  const { weights, paired } = sizeWeights(m)
  const remaining = [...weights]
  let left = budget
  let full = 0
  for (; full < weights.length; full++) {
    const s = full + 1
    const isPaired = s <= paired
    const count = binomial(m, s) * (isPaired ? 2 : 1)
    if ((left * remaining[full]) / count < 1 - 1e-8) break
    left -= count
    for (const members of subsets(m, s)) {
      const row = rowOf(m, members)
      list.add(row, weights[full] / count, null)
      if (isPaired) list.add(complement(row), weights[full] / count, null)
    }
    const gone = remaining[full]
    if (gone < 1) for (let i = 0; i < remaining.length; i++) remaining[i] /= 1 - gone
  }
  return { full, left }
}

/** Random subsets of the other sizes, with their complements; duplicates count. Their weight is what enumeration left. */
function drawRest(m: number, seed: number, item: number, full: number, left: number, list: RowList): void {
  const { weights, paired } = sizeWeights(m)
  const open = weights.map((w, i) => (i < full ? 0 : i < paired ? w / 2 : w))
  const total = open.reduce((a, b) => a + b, 0)
  if (!(total > 0)) return
  const random = counterRandom(seed)
  const first = list.rows.length
  let places = left
  for (let k = 0; places > 0 && k < 4 * left; k++) {
    let u = random.uniform(item, k, 0) * total
    let at = full
    while (at < open.length - 1 && u >= open[at]) u -= open[at++]
    const pool = Array.from({ length: m }, (_, i) => i)
    const size = at + 1
    for (let i = 0; i < size; i++) {
      const j = i + random.integer(item, k, 1 + i, m - i)
      const kept = pool[i]
      pool[i] = pool[j]
      pool[j] = kept
    }
    const row = rowOf(m, pool.slice(0, size))
    if (list.add(row, 1, k)) places--
    if (places > 0 && size <= paired && list.add(complement(row), 1, k)) places--
  }
  const drawn = list.weights.slice(first).reduce((a, b) => a + b, 0)
  const share = weights.slice(full).reduce((a, b) => a + b, 0)
  for (let i = first; i < list.weights.length; i++) list.weights[i] *= share / drawn
}

/**
 * Coalitions for KernelSHAP within a budget: small and large subsets completely, from size 1 on, as long as the budget holds them;
 * the rest drawn at random by size.
 *
 * budget ≥ 2^M − 2 enumerates everything
 * source  Lundberg & Lee 2017, arXiv:1705.07874; shap KernelExplainer
 */
export function sampledCoalitions(m: number, budget: number, seed: number, item: number): Coalitions {
  if (budget >= 2 ** m - 2) return allCoalitions(m)
  const list = new RowList()
  const { full, left } = enumerateSizes(m, budget, list)
  drawRest(m, seed, item, full, left, list)
  return list
}
