const digits = 11
const buckets = 1 << digits

/**
 * Order of numbers from the lowest up, equal ones by position (stable radix sort of the bits of a double).
 *
 * Values made from float32 leave the low bits of a double empty; those passes are skipped, so ten million sort in about a second.
 * −0 counts as 0. NaN is not ordered: check first.
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const n = values.length
  const low = new Uint32Array(n)
  const high = new Uint32Array(n)
  const one = new Float64Array(1)
  const bits = new Uint32Array(one.buffer)
  for (let i = 0; i < n; i++) {
    one[0] = values[i] + 0
    // Numbers as unsigned keys: negative ones with all bits turned, positive ones with the sign bit turned.
    const negative = bits[1] >>> 31 === 1
    low[i] = negative ? ~bits[0] : bits[0]
    high[i] = negative ? ~bits[1] : bits[1] ^ 0x80000000
  }
  let order = new Uint32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  let spare = new Uint32Array(n)
  const pass = (keys: Uint32Array, shift: number, width: number) => {
    const mask = width - 1
    const count = new Uint32Array(width + 1)
    for (let i = 0; i < n; i++) count[((keys[i] >>> shift) & mask) + 1]++
    if (n > 0 && count[((keys[0] >>> shift) & mask) + 1] === n) return
    for (let b = 0; b < width; b++) count[b + 1] += count[b]
    for (let i = 0; i < n; i++) {
      const at = order[i]
      spare[count[(keys[at] >>> shift) & mask]++] = at
    }
    const kept = order
    order = spare
    spare = kept
  }
  for (const keys of [low, high]) {
    for (let shift = 0; shift < 32; shift += digits)
      pass(keys, shift, shift + digits > 32 ? 1 << (32 - shift) : buckets)
  }
  return order
}

/** Order from the highest down, equal numbers by position, first position first. */
export function descendingOrder(values: ArrayLike<number>): Uint32Array {
  const negated = new Float64Array(values.length)
  for (let i = 0; i < negated.length; i++) negated[i] = -values[i]
  return ascendingOrder(negated)
}

/**
 * Ranks 1 … n from the lowest up; equal numbers share the mean of their ranks, so that the result does not depend on their order.
 */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(values)
  const ranks = new Float64Array(values.length)
  for (let first = 0; first < order.length; ) {
    let end = first + 1
    while (end < order.length && values[order[end]] === values[order[first]]) end++
    for (let i = first; i < end; i++) ranks[order[i]] = (first + 1 + end) / 2
    first = end
  }
  return ranks
}
