/**
 * Random numbers of the phantoms, keyed rather than drawn in sequence: every anatomical part of every case has its own
 * stream, so adding a rib never moves a nodule, and case 17 is the same whichever cases are made before it.
 *
 *   uniform(n) = mix(key + n·φ) / 2³²
 *
 * Not for statistics or saliency methods: those take their draws from `main/tensor`.
 * source  mix: the 32-bit finaliser "lowbias32" of C. Wellons (public domain)
 */
export interface Draws {
  /** In [low, high). */
  uniform(low?: number, high?: number): number
  /** Mean 0, standard deviation 1 unless given. */
  normal(mean?: number, deviation?: number): number
  /** An integer in [low, high], both included. */
  integer(low: number, high: number): number
  /** True with probability `p`. */
  chance(p: number): boolean
  /** The stream of a named part. */
  part(name: string): Draws
  /** The 32-bit key, for loops that hash positions themselves. */
  readonly key: number
}

export function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

function keyOf(parent: number, name: string): number {
  let key = parent
  for (let i = 0; i < name.length; i++) key = mix((key + name.charCodeAt(i) * 0x9e3779b1) | 0)
  return mix(key ^ 0x51ed270b)
}

/** The stream of case `caseNumber` in the series of phantoms called `seed`. */
export function drawsOf(seed: number, caseNumber: number): Draws {
  return stream(mix((mix(seed ^ 0x2545f491) + Math.imul(caseNumber + 1, 0x9e3779b1)) | 0))
}

function stream(key: number): Draws {
  let counter = 0
  const next = () => {
    counter = (counter + 0x9e3779b1) | 0
    return mix((key + counter) | 0) / 0x1_0000_0000
  }
  return {
    key,
    uniform: (low = 0, high = 1) => low + (high - low) * next(),
    normal: (mean = 0, deviation = 1) => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()))
      return mean + deviation * radius * Math.cos(2 * Math.PI * next())
    },
    integer: (low, high) => low + Math.floor((high - low + 1) * next()),
    chance: (p) => next() < p,
    part: (name) => stream(keyOf(key, name)),
  }
}

/**
 * Approximately normal noise at a position, standard deviation 1: the sum of four 16-bit uniforms, centred and scaled.
 * Bounded at ±3.5, as a detector's noise is, and cheap enough for millions of voxels.
 */
export function noiseAt(key: number, index: number): number {
  const a = mix((key + Math.imul(index, 0x9e3779b1)) | 0)
  const b = mix(a ^ 0x68bc21eb)
  const sum = (a & 0xffff) + (a >>> 16) + (b & 0xffff) + (b >>> 16)
  return (sum / 65536 - 2) * 1.7320508075688772
}
