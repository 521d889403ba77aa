/** The generator's name, stored beside every map that used it. */
export const generatorName = 'philox4x32-10'

const m0 = 0xd2511f53
const m1 = 0xcd9e8d57
const w0 = 0x9e3779b9
const w1 = 0xbb67ae85
const rounds = 10

/** Upper 32 bits of the product of two unsigned numbers, the first in halves; no partial sum exceeds 32 bits. */
function high(upper: number, lower: number, b: number): number {
  const bl = b & 0xffff
  const bh = b >>> 16
  const middle = (Math.imul(upper, bl) + (Math.imul(lower, bl) >>> 16)) | 0
  const middle2 = (Math.imul(lower, bh) + (middle & 0xffff)) | 0
  return (Math.imul(upper, bh) + (middle >>> 16) + (middle2 >>> 16)) | 0
}

/** The keys of all rounds, in turns of the first and the second word. */
function keySchedule([k0, k1]: readonly [number, number]): Int32Array {
  const keys = new Int32Array(2 * rounds)
  for (let round = 0; round < rounds; round++) {
    keys[2 * round] = k0 + Math.imul(round, w0)
    keys[2 * round + 1] = k1 + Math.imul(round, w1)
  }
  return keys
}

function encrypt(c0: number, c1: number, c2: number, c3: number, keys: Int32Array, out: Uint32Array): void {
  for (let k = 0; k < 2 * rounds; k += 2) {
    const n0 = high(m1 >>> 16, m1 & 0xffff, c2) ^ c1 ^ keys[k]
    const n2 = high(m0 >>> 16, m0 & 0xffff, c0) ^ c3 ^ keys[k + 1]
    c1 = Math.imul(m1, c2)
    c3 = Math.imul(m0, c0)
    c0 = n0
    c2 = n2
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/**
 * Philox 4×32 with ten rounds: four random 32-bit words for a counter of four words and a key of two.
 *
 * source  Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", doi 10.1145/2063384.2063405
 */
export function philox(
  [c0, c1, c2, c3]: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array,
): void {
  encrypt(c0 | 0, c1 | 0, c2 | 0, c3 | 0, keySchedule(key), out)
}

/**
 * Random numbers that are a pure function of (seed, item, sample, element): equal for any batch size, order, number of
 * processes or shards. Uniform numbers lie strictly between 0 and 1; normal ones come from pairs of them (Box–Muller, the cosine first).
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

const radiusOf = (word: number): number => Math.sqrt(-2 * Math.log(toUnit(word)))
const angleOf = (word: number): number => 2 * Math.PI * toUnit(word)

/** seed: any safe integer, negative ones included. */
export function counterRandom(seed: number): CounterRandom {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is a whole number below 2^53, not ${seed}.`)
  const keys = keySchedule([seed >>> 0, Math.floor(seed / 4294967296) >>> 0])
  const words = new Uint32Array(4)
  const block = (item: number, sample: number, index: number): void =>
    encrypt(index | 0, Math.floor(index / 4294967296) | 0, sample | 0, item | 0, keys, words)

  const uniform = (item: number, sample: number, element: number): number => {
    block(item, sample, Math.floor(element / 4))
    return toUnit(words[element % 4])
  }
  return {
    uniform,
    normal(item, sample, element) {
      block(item, sample, Math.floor(element / 4))
      const pair = element % 4 < 2 ? 0 : 2
      const angle = angleOf(words[pair + 1])
      return radiusOf(words[pair]) * (element % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
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
        for (let j = 0; j < 4 && e + j < out.length; j += 2) {
          const radius = radiusOf(words[j])
          const angle = angleOf(words[j + 1])
          out[e + j] = radius * Math.cos(angle)
          // Beyond the end of a typed array nothing is written.
          out[e + j + 1] = radius * Math.sin(angle)
        }
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
