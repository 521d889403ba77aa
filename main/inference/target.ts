import { SaliscopeError } from '../shared/errors.ts'
import type { Target } from './model-under-study.ts'

/**
 * The score index of each of n items.
 *
 * errors  inference.target: an index outside the score vector, or a list of another length than the batch
 */
export function targetIndices(target: Target, n: number, scoreCount: number): Int32Array {
  const { index } = target
  const indices = typeof index === 'number' ? new Int32Array(n).fill(index) : Int32Array.from(index)
  if (indices.length !== n)
    throw new SaliscopeError('inference.target', `${indices.length} targets were given for ${n} items.`)
  for (let i = 0; i < n; i++) {
    const value = typeof index === 'number' ? index : index[i]
    if (!Number.isInteger(value) || value < 0 || value >= scoreCount) {
      const scores = scoreCount === 1 ? 'one score (index 0)' : `${scoreCount} scores (0 to ${scoreCount - 1})`
      throw new SaliscopeError(
        'inference.target',
        `The target ${value} is not in the score vector: the model has ${scores}.`,
        { target: value, scoreCount },
      )
    }
  }
  return indices
}

/** One-hot rows [n, K] that select each item's score, with the sign of the explained score. */
export function seedRows(indices: Int32Array, negate: boolean, scoreCount: number): Float32Array {
  const rows = new Float32Array(indices.length * scoreCount)
  indices.forEach((k, i) => {
    rows[i * scoreCount + k] = negate ? -1 : 1
  })
  return rows
}

/** The explained score of each item out of [n, K], in double precision. */
export function pickScores(
  scores: Float32Array,
  indices: Int32Array,
  negate: boolean,
  scoreCount: number,
): Float64Array {
  return Float64Array.from(indices, (k, i) => (negate ? -scores[i * scoreCount + k] : scores[i * scoreCount + k]))
}

/** The target of a part of the batch. */
export function targetOfItems(target: Target, from: number, to: number): Target {
  return typeof target.index === 'number' ? target : { ...target, index: target.index.slice(from, to) }
}
