import type { MapStatistics } from '../../../main/shared/colour/display-range.ts'

/** Why a map says nothing, as a sentence; null where it has a signal. */
export function noSignalReason({ min, max, flat }: MapStatistics): string | null {
  if (!flat) return null
  if (min === 0 && max === 0) return 'The map is zero everywhere.'
  return min === max ? 'The map has the same value everywhere.' : 'The map holds values that are not numbers.'
}
