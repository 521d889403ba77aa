import { SaliscopeError } from '../shared/errors.ts'
import { felzenszwalb } from './felzenszwalb.ts'
import { quickshift } from './quickshift.ts'
import type { Segmenter } from './segmenter.ts'
import { slic } from './slic.ts'

/** Every segmenter. */
export const segmenters: readonly Segmenter<unknown>[] = unique([felzenszwalb, slic, quickshift])

function unique(list: readonly Segmenter<unknown>[]): readonly Segmenter<unknown>[] {
  if (new Set(list.map(({ id }) => id)).size !== list.length) throw new Error('Two segmenters have the same id.')
  return list
}

/**
 * The segmenter of an id.
 *
 * errors  segmentation.unknown
 */
export function findSegmenter(id: string): Segmenter<unknown> {
  const segmenter = segmenters.find((s) => s.id === id)
  if (segmenter) return segmenter
  throw new SaliscopeError(
    'segmentation.unknown',
    `There is no segmenter "${id}"; known are ${segmenters.map((s) => s.id).join(', ')}.`,
    { segmenter: id },
  )
}
