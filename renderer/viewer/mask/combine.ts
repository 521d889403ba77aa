import { SaliscopeError } from '../../../main/shared/errors.ts'
import type { MaskDocument } from './document.ts'
import type { Edit } from './history.ts'
import type { MaskingRules } from './masking.ts'

export type Combination = 'add' | 'common' | 'take'

const NAMES: Record<Combination, string> = { add: 'Add', common: 'Keep common with', take: 'Take away' }

/** A segment to combine with: of the same mask or of another one on the same grid. */
export interface OtherSegment {
  readonly document: MaskDocument
  readonly value: number
}

/**
 * Combines a segment with another one as one undoable edit: union ('add'), intersection ('common') or difference ('take').
 * The other segment is only read, unless it is of the same mask: there labels exclude one another, so what is added leaves it.
 *
 * errors  viewer.other-grid: the two masks do not have the same voxels
 */
export function combine(
  document: MaskDocument,
  value: number,
  other: OtherSegment,
  rules: MaskingRules,
  how: Combination,
): Edit | null {
  const { data } = document
  const theirs = other.document.data
  if (theirs.length !== data.length || other.document.dims.some((n, axis) => n !== document.dims[axis])) {
    throw new SaliscopeError(
      'viewer.other-grid',
      `The mask of ${other.document.reader} has ${other.document.dims.join(' × ')} voxels where this one has ${document.dims.join(' × ')}. Masks are combined on one grid only.`,
    )
  }
  const name = other.document.segment(other.value)?.name ?? String(other.value)
  const title = `${NAMES[how]} ${name}${other.document === document ? '' : ` of ${other.document.reader}`}`
  if (how === 'add') {
    return document.apply(title, 'combine', value, rules, (put) => {
      for (let at = 0; at < data.length; at++) if (theirs[at] === other.value) put(at)
    })
  }
  const kept = how === 'common'
  const own: MaskingRules = { ...rules, area: 'inside-segment', areaSegment: value }
  return document.apply(title, 'combine', 0, own, (put) => {
    for (let at = 0; at < data.length; at++) if (data[at] === value && (theirs[at] === other.value) !== kept) put(at)
  })
}
