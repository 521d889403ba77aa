import { describe, expect, it } from 'vitest'
import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { Mask, Segment } from '../../../main/shared/domain/mask.ts'
import { nextSegment } from '../panels/SegmentPanel.tsx'
import { MaskDocument } from './document.ts'
import { openRules } from './masking.ts'
import { segmentNumbers } from './numbers.ts'
import { clearSegment, restoreVersion } from './restore.ts'

const dims = [6, 5, 4] as const
const segment = (value: number, locked = false): Segment => {
  const made = nextSegment(Array.from({ length: value - 1 }, (_, n) => segment(n + 1)))
  if (made === null) throw new Error('no value is free')
  return { ...made, locked }
}

function open(segments: readonly Segment[]): MaskDocument {
  const grid: Grid = {
    dims: [...dims],
    affine: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1],
    physical: true,
    oriented: true,
  }
  const mask: Mask = {
    id: 'm',
    volumeId: 'v',
    reader: 'r',
    origin: 'drawn',
    segments: [...segments],
    nothingToMark: false,
    versions: [],
    pendingStrokes: 0,
    lastSequence: 0,
  }
  return new MaskDocument(mask, grid, new Uint8Array(120))
}

const paint = (document: MaskDocument, value: number, offsets: readonly number[]) =>
  document.apply('Brush', 'brush', value, openRules, (put) => offsets.forEach(put))

describe('bringing back a version', () => {
  it('is one edit, and undo gives the later state again', () => {
    const document = open([segment(1), segment(2)])
    paint(document, 1, [3, 4, 5])
    const saved = document.data.slice()
    paint(document, 2, [4, 50])
    const later = document.data.slice()
    restoreVersion(document, 1, saved)
    expect(document.data).toEqual(saved)
    document.undo()
    expect(document.data).toEqual(later)
  })

  it('leaves locked segments and values without a segment alone', () => {
    const document = open([segment(1), segment(2, true)])
    const version = new Uint8Array(120)
    version.set([1, 2, 7], 10)
    restoreVersion(document, 3, version)
    expect([...document.data.subarray(10, 13)]).toEqual([1, 0, 0])
  })
})

describe('a deleted segment', () => {
  it('does not come back through undo of its clearing', () => {
    const document = open([segment(1), segment(2)])
    paint(document, 2, [7, 8])
    clearSegment(document, 2)
    expect(document.counts[2]).toBe(0)
    document.setSegments([segment(1)])
    document.undo()
    expect(document.counts[2]).toBe(0)
  })
})

describe('numbers of a segment', () => {
  it('are size, extent and image values in its voxels alone', () => {
    const document = open([segment(1)])
    document.imageValue = (offset) => offset
    expect(segmentNumbers(document, 1)).toBeNull()
    paint(document, 1, [0, 1, 2])
    expect(segmentNumbers(document, 1)).toEqual({
      voxels: 3,
      sizeMm: 36,
      extentMm: [6, 2, 3],
      mean: 1,
      deviation: Math.sqrt(2 / 3),
    })
  })
})

describe('a new segment', () => {
  it('takes the first free value', () => {
    expect(nextSegment([segment(1), segment(3)])?.value).toBe(2)
    expect(nextSegment(Array.from({ length: 255 }, (_, n) => ({ ...segment(1), value: n + 1 })))).toBeNull()
  })
})
