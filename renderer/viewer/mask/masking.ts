import type { Segment } from '../../../main/shared/domain/mask.ts'

/** Where tools may write. */
export type EditableArea = 'everywhere' | 'inside-segment' | 'outside-all' | 'inside-visible' | 'outside-visible'

/** Which other segments an edit may replace; 'none' leaves every other segment alone. */
export type Overwrite = 'all' | 'visible' | 'none'

/** Masking shared by all tools: applied once, where voxels are written. */
export interface MaskingRules {
  readonly area: EditableArea
  /** Segment meant by 'inside-segment'. */
  readonly areaSegment: number
  /** Image values, in their unit, that may be written on; null is off. */
  readonly range: readonly [low: number, high: number] | null
  readonly overwrite: Overwrite
}

export const openRules: MaskingRules = { area: 'everywhere', areaSegment: 1, range: null, overwrite: 'all' }

/** For every present label value 0 … 255: may a voxel that holds it become `value`? */
export function permittedValues(segments: readonly Segment[], rules: MaskingRules, value: number): Uint8Array {
  const locked = new Set(segments.filter((s) => s.locked).map((s) => s.value))
  const visible = new Set(segments.filter((s) => s.visible).map((s) => s.value))
  const inArea = (present: number): boolean => {
    switch (rules.area) {
      case 'everywhere':
        return true
      case 'inside-segment':
        return present === rules.areaSegment
      case 'outside-all':
        return present === 0
      case 'inside-visible':
        return visible.has(present)
      case 'outside-visible':
        return !visible.has(present)
    }
  }
  const mayReplace = (present: number): boolean => {
    if (present === 0 || present === value) return true
    // Erasing (value 0) goes through the same rule as painting: it replaces a segment by nothing.
    return rules.overwrite === 'all' || (rules.overwrite === 'visible' && visible.has(present))
  }
  const permitted = new Uint8Array(256)
  if (locked.has(value)) return permitted
  for (let present = 0; present < 256; present++) {
    if (!locked.has(present) && inArea(present) && mayReplace(present)) permitted[present] = 1
  }
  return permitted
}
