import { SaliscopeError } from '../shared/errors.ts'
import { type Tensor, tensor } from '../tensor/tensor.ts'
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

/** The target of some rows of a batch: the class, and where each item has one of its own, the mask of the items they come from. */
export function targetOfRows(target: Target, items: readonly number[]): Target {
  const { index, mask } = target
  const own = typeof index === 'number' ? target : { ...target, index: items.map((item) => index[item]) }
  if (!mask || mask.dims[0] === 1) return own
  const size = mask.data.length / mask.dims[0]
  const rows = tensor([items.length, ...mask.dims.slice(1)])
  items.forEach((item, r) => {
    rows.data.set(mask.data.subarray(item * size, (item + 1) * size), r * size)
  })
  return { ...own, mask: rows }
}

/**
 * The mask of a target as rows of the model's score map, or null.
 *
 * errors  inference.target: another shape than the score map's
 */
export function maskRows(target: Target, n: number, spatial: readonly number[] | null): Tensor | null {
  const { mask } = target
  if (!mask) return null
  if (spatial === null) throw noScoreMap()
  const [rows, ...own] = mask.dims
  if ((rows === 1 || rows === n) && own.join() === spatial.join()) return mask
  throw new SaliscopeError(
    'inference.target',
    `The mask has the shape [${mask.dims.join(', ')}], and the score map of the model needs [1 or ${n}, ${spatial.join(', ')}].`,
    { found: mask.dims, expected: spatial },
  )
}

/** The error for a mask that has nothing to lie on. */
export function noScoreMap(): SaliscopeError {
  return new SaliscopeError(
    'inference.target',
    'A mask chooses positions of a segmentation output, and this model gives one score per class for the whole image; leave the mask out.',
  )
}
