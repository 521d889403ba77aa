/** The generator's name, stored beside every map that used it. */
export const generatorName = 'philox4x32-10'

const m0 = 0xd2511f53
const m1 = 0xcd9e8d57
const w0 = 0x9e3779b9
const w1 = 0xbb67ae85

/** Upper 32 bits of the product of two unsigned 32-bit numbers. */
function high(a: number, b: number): number {
  const al = a & 0xffff
  const ah = a >>> 16
  const bl = b & 0xffff
  const bh = b >>> 16
  const low = al * bl
  const middle = ah * bl + (low >>> 16)
  const middle2 = al * bh + (middle & 0xffff)
  return (ah * bh + Math.floor(middle / 65536) + (middle2 >>> 16)) >>> 0
}

/**
 * Philox 4×32 with ten rounds: four random 32-bit words for a counter of four words and a key of two.
 *
 * source  Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", doi 10.1145/2063384.2063405
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array,
): void {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const h0 = high(m0, c0 >>> 0)
    const l0 = Math.imul(m0, c0) >>> 0
    const h1 = high(m1, c2 >>> 0)
    const l1 = Math.imul(m1, c2) >>> 0
    const n0 = (h1 ^ c1 ^ k0) >>> 0
    const n2 = (h0 ^ c3 ^ k1) >>> 0
    c0 = n0
    c1 = l1
    c2 = n2
    c3 = l0
    k0 = (k0 + w0) >>> 0
    k1 = (k1 + w1) >>> 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/**
 * Random numbers that are a pure function of (seed, item, sample, element): equal for any batch size, order, number of
 * processes or shards. Uniform numbers lie strictly between 0 and 1; normal ones come from pairs of them (Box–Muller).
 */
export interface CounterRandom {
  uniform(item: number, sample: number, element: number): number
  normal(item: number, sample: number, element: number): number
  /** A whole number 0 … n−1. */
  integer(item: number, sample: number, element: number, n: number): number
  /** Elements 0 … out.length−1 at once; the same numbers as single calls. */
  fillUniform(item: number, sample: number, out: Float32Array | Float64Array): void
  fillNormal(item: number, sample: number, out: Float32Array | Float64Array): void
}

const toUnit = (word: number): number => (word + 0.5) / 4294967296

/** The two normal numbers of a pair of words, cosine first. */
function normalPair(a: number, b: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(toUnit(a)))
  const angle = 2 * Math.PI * toUnit(b)
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}

/** seed: any safe integer, negative ones included. */
export function counterRandom(seed: number): CounterRandom {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is a whole number below 2^53, not ${seed}.`)
  const key: [number, number] = [seed >>> 0, Math.floor(seed / 4294967296) >>> 0]
  const words = new Uint32Array(4)
  const block = (item: number, sample: number, index: number): void =>
    philox([index >>> 0, Math.floor(index / 4294967296) >>> 0, sample >>> 0, item >>> 0], key, words)

  const uniform = (item: number, sample: number, element: number): number => {
    block(item, sample, Math.floor(element / 4))
    return toUnit(words[element % 4])
  }
  return {
    uniform,
    normal(item, sample, element) {
      block(item, sample, Math.floor(element / 4))
      const pair = element % 4 < 2 ? 0 : 2
      return normalPair(words[pair], words[pair + 1])[element % 2]
    },
    integer: (item, sample, element, n) => Math.floor(uniform(item, sample, element) * n),
    fillUniform(item, sample, out) {
      for (let e = 0; e < out.length; e += 4) {
        block(item, sample, e / 4)
        for (let j = 0; j < 4 && e + j < out.length; j++) out[e + j] = toUnit(words[j])
      }
    },
    fillNormal(item, sample, out) {
      for (let e = 0; e < out.length; e += 4) {
        block(item, sample, e / 4)
        const first = normalPair(words[0], words[1])
        const second = normalPair(words[2], words[3])
        out[e] = first[0]
        if (e + 1 < out.length) out[e + 1] = first[1]
        if (e + 2 < out.length) out[e + 2] = second[0]
        if (e + 3 < out.length) out[e + 3] = second[1]
      }
    },
  }
}

/** The numbers 0 … n−1 in a random order (Fisher–Yates, elements of the counter 0 … n−2). */
export function permutation(random: CounterRandom, item: number, sample: number, n: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(item, sample, i - 1, i + 1)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}
