import { SaliscopeError } from '../shared/errors.ts'
import { counterRandom, permutation } from '../tensor/random.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'
import { type ModelCase, scoresOf, setPosition } from './model-metric.ts'

/** Sets of positions to be filled. */
export type Subsets = readonly Uint32Array[]

/**
 * Subsets given as [samples, …spatial] of 0/1.
 *
 * errors  metrics.size-mismatch
 */
export function givenSubsets(draws: Tensor, spatialDims: readonly number[]): Subsets {
  const n = sizeOf(spatialDims)
  const samples = draws.dims[0]
  if (!(samples > 0) || draws.data.length !== samples * n) {
    throw new SaliscopeError(
      'metrics.size-mismatch',
      `The array draws has the shape [${draws.dims.join(', ')}], where [samples, ${spatialDims.join(', ')}] is needed.`,
      { found: draws.dims },
    )
  }
  return Array.from({ length: samples }, (_, k) =>
    Uint32Array.from(Array.from({ length: n }, (_unused, q) => q).filter((q) => draws.data[k * n + q] > 0)),
  )
}

/** `samples` subsets of `size` positions without replacement; `first` keeps the counters of different sizes apart. */
export function drawnSubsets(seed: number, n: number, size: number, samples: number, first: number): Subsets {
  const random = counterRandom(seed)
  return Array.from({ length: samples }, (_, k) =>
    Uint32Array.from(permutation(random, 0, first + k, n).subarray(0, size)).sort(),
  )
}

/** Sum of the map over every subset, and the drop of the score when it is filled. */
export async function subsetEffects(
  data: ModelCase,
  subsets: Subsets,
  empty: Float32Array,
): Promise<{ sums: number[]; drops: number[] }> {
  const sums = subsets.map((positions) => positions.reduce((s, q) => s + data.values[q], 0))
  const scores = await scoresOf(data, subsets.length + 1, (row, into) => {
    into.set(data.x)
    if (row > 0) for (const q of subsets[row - 1]) setPosition(data.geometry, into, empty, q)
  })
  return { sums, drops: scores.slice(1).map((score) => scores[0] - score) }
}

/** Which of the two sides of a correlation does not vary. */
export function constantSide(sums: readonly number[]): 'sums-constant' | 'score-constant' {
  return sums.every((s) => s === sums[0]) ? 'sums-constant' : 'score-constant'
}
