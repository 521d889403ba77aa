import { formatNumber } from '../../ui/format.ts'
import type { MaskDocument } from './document.ts'
import type { MaskingRules } from './masking.ts'

const AREAS: Record<MaskingRules['area'], string> = {
  everywhere: 'everywhere',
  'inside-segment': 'inside one segment',
  'outside-all': 'outside all segments',
  'inside-visible': 'inside visible segments',
  'outside-visible': 'outside visible segments',
}

/**
 * Why nothing may be drawn into a segment now, as a sentence; null when it may be. A stroke nobody sees is never made.
 *
 * maskVisible  whether the mask as a whole is shown
 */
export function whyNotDrawable(document: MaskDocument, value: number, maskVisible: boolean): string | null {
  const segment = document.segment(value)
  if (segment === undefined)
    return document.segments.length === 0
      ? 'This mask has no segment yet. Add one on the right, then draw.'
      : 'No segment is chosen. Choose one on the right, then draw.'
  if (segment.locked) return `${segment.name} is locked, so nothing was changed. Unlock it to draw on it.`
  if (!maskVisible) return `The mask of ${document.reader} is hidden, so nothing was changed. Show it to draw on it.`
  if (!segment.visible) return `${segment.name} is hidden, so nothing was changed. Show it to draw on it.`
  return null
}

/** Why a finished gesture changed no voxel, from what masking refused; null when there was nothing to change. */
export function whyNothingChanged(document: MaskDocument, rules: MaskingRules, unit: string): string | null {
  const { rules: byRules, range: byRange } = document.lastRefused
  if (byRange > 0 && byRange >= byRules && rules.range !== null) {
    const [low, high] = rules.range.map((limit) => formatNumber(limit, Number.isInteger(limit) ? 0 : 2))
    return `Nothing was changed: no free voxel under the tool lies between ${low} and ${high}${unit === '' ? '' : ` ${unit}`}. Widen the range under Masking, or turn it off.`
  }
  if (byRules > 0) {
    if (rules.area !== 'everywhere')
      return `Nothing was changed: the editable area is ${AREAS[rules.area]}, and the tool was not there. Change it under Masking.`
    return 'Nothing was changed: other segments lie under the tool, and they are locked or must not be overwritten.'
  }
  return null
}
