import { wholeBox } from './box.ts'
import type { MaskDocument } from './document.ts'
import type { Edit } from './history.ts'
import { openRules } from './masking.ts'

/**
 * Brings the voxels of a saved version back as one undoable edit; locked segments, and values whose segment is gone, stay as they are.
 *
 * voxels  the version's labels on the document's grid
 */
export function restoreVersion(document: MaskDocument, version: number, voxels: Uint8Array): Edit | null {
  const known = new Set(document.segments.map((segment) => segment.value))
  document.begin(`Restore version ${version}`, 'version')
  const values = new Set(voxels)
  for (const value of values) {
    if (value !== 0 && !known.has(value)) continue
    document.paint(value, openRules, (put) => {
      for (let at = 0; at < voxels.length; at++) if (voxels[at] === value) put(at)
    })
  }
  return document.commit()
}

/** Clears one segment as one undoable edit. */
export function clearSegment(document: MaskDocument, value: number): Edit | null {
  const name = document.segment(value)?.name ?? String(value)
  const [, ni, , nj, , nk] = wholeBox(document.dims)
  const rules = { ...openRules, area: 'inside-segment', areaSegment: value } as const
  return document.apply(`Clear ${name}`, 'eraser', 0, rules, (put) => {
    for (let at = 0; at < ni * nj * nk; at++) if (document.data[at] === value) put(at)
  })
}
