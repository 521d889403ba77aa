import { describe, expect, it } from 'vitest'
import { boundsOf, boxVolume, wholeBox } from './box.ts'
import { brushShape, connectedShape } from './brush.ts'
import { History } from './history.ts'
import { count, open, random, segment, stroke } from './mask.support.ts'
import { openRules } from './masking.ts'
import { margin } from './operations.ts'
import { outlineShape, rowSpans } from './polygon.ts'

describe('brush', () => {
  it('marks exactly the voxels within the radius in millimetres', () => {
    const document = open()
    stroke(document, 1, [8, 7, 5], 3, null)
    for (let k = 0; k < 10; k++)
      for (let j = 0; j < 14; j++)
        for (let i = 0; i < 16; i++) {
          const inside = Math.hypot(i - 8, j - 7, (k - 5) * 2) <= 3
          expect(document.data[i + 16 * (j + 14 * k)]).toBe(inside ? 1 : 0)
        }
  })

  it('as a disc stays in its slice, in every plane', () => {
    for (const axis of [0, 1, 2] as const) {
      const document = open()
      stroke(document, 1, [8, 7, 5], 3, axis)
      const box = document.bounds
      expect(box && box[2 * axis + 1] - box[2 * axis]).toBe(1)
    }
  })

  it('leaves no gap between samples, however far apart they are', () => {
    const document = open([64, 64, 1], [1, 1, 1])
    document.apply(
      'Brush',
      'brush',
      1,
      openRules,
      brushShape(document.dims, document.spacing, { from: [3, 3, 0], to: [60, 40, 0] }, 0.1, 2),
    )
    let [i, j] = [3, 3]
    const seen = new Set<number>()
    const stack = [[i, j]]
    while (stack.length > 0) {
      ;[i, j] = stack.pop() as [number, number]
      const at = i + 64 * j
      if (i < 0 || j < 0 || i > 63 || j > 63 || seen.has(at) || document.data[at] !== 1) continue
      seen.add(at)
      for (const [di, dj] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
        [1, 1],
        [-1, -1],
        [1, -1],
        [-1, 1],
      ])
        stack.push([i + di, j + dj])
    }
    expect(seen.has(60 + 64 * 40)).toBe(true)
  })

  it('never leaves the volume', () => {
    const document = open()
    stroke(document, 1, [-2, 0, 0], 4, null)
    expect(count(document.data, 1)).toBeGreaterThan(0)
    stroke(document, 1, [400, 400, 400], 4, null)
    expect(document.bounds?.every(Number.isFinite)).toBe(true)
  })

  it('connected to its centre does not jump over a wall', () => {
    const dims = [9, 1, 1]
    const swept = brushShape(dims, [1, 1, 1], { from: [2, 0, 0], to: [2, 0, 0] }, 8, null)
    const reached: number[] = []
    connectedShape(dims, swept, [2, 0, 0], (offset) => offset !== 5)((offset) => reached.push(offset))
    expect(reached.sort()).toEqual([0, 1, 2, 3, 4])
  })
})

describe('undo and redo', () => {
  it('restore every earlier state byte for byte, for random strokes and operations', () => {
    const next = random(11)
    const document = open()
    const states = [document.data.slice()]
    for (let n = 0; n < 40; n++) {
      const centre = [next() * 16, next() * 14, next() * 10] as const
      const edit =
        next() < 0.15
          ? margin(document, 1, openRules, next() < 0.5 ? 2 : -1)
          : stroke(document, Math.floor(next() * 3), centre, 1 + next() * 4, next() < 0.5 ? null : 2)
      if (edit) states.push(document.data.slice())
    }
    expect(states.length).toBeGreaterThan(20)
    for (let n = states.length - 2; n >= 0; n--) {
      expect(document.undo()).toBe(true)
      expect(document.data).toEqual(states[n])
    }
    expect(document.undo()).toBe(false)
    for (let n = 1; n < states.length; n++) {
      expect(document.redo()).toBe(true)
      expect(document.data).toEqual(states[n])
    }
    for (const value of [0, 1, 2]) expect(document.counts[value]).toBe(count(document.data, value))
  })

  it('count a stroke of many samples once, also where it painted and erased the same voxel', () => {
    const document = open()
    document.begin('Brush')
    const at = brushShape(document.dims, document.spacing, { from: [8, 7, 5], to: [8, 7, 5] }, 3, 2)
    document.paint(1, openRules, at)
    document.paint(0, openRules, at)
    document.paint(2, openRules, brushShape(document.dims, document.spacing, { from: [8, 7, 5], to: [8, 7, 5] }, 1, 2))
    const edit = document.commit()
    expect(edit?.added).toBe(5)
    document.undo()
    expect(count(document.data, 0)).toBe(document.data.length)
  })

  it('belong to the open gesture: undo cancels it and nothing else', () => {
    const document = open()
    stroke(document, 1, [4, 4, 4], 2)
    const before = document.data.slice()
    document.begin('Brush')
    document.paint(2, openRules, brushShape(document.dims, document.spacing, { from: [9, 9, 4], to: [9, 9, 4] }, 2, 2))
    expect(document.undo()).toBe(true)
    expect(document.data).toEqual(before)
    expect(document.history.edits).toHaveLength(1)
  })

  it('forget the oldest edits beyond the byte limit, never the newest', () => {
    const document = open([32, 32, 32], [1, 1, 1], [segment(1)], new History(2000))
    for (let n = 0; n < 30; n++) stroke(document, 1, [n, n, n], 3, null)
    expect(document.history.bytes).toBeLessThanOrEqual(2000)
    expect(document.history.edits.length).toBeGreaterThan(0)
    expect(document.history.edits.length).toBeLessThan(30)
  })

  it('leave locked segments alone', () => {
    const document = open()
    stroke(document, 1, [8, 7, 5], 3)
    const before = document.data.slice()
    document.setSegments([segment(1, { locked: true }), segment(2)])
    document.undo()
    expect(document.data).toEqual(before)
  })
})

describe('masking', () => {
  it('protects locked and, where asked, all or invisible other segments', () => {
    const document = open()
    stroke(document, 2, [8, 7, 5], 2)
    const held = count(document.data, 2)
    stroke(document, 1, [8, 7, 5], 4, 2, { ...openRules, overwrite: 'none' })
    expect(count(document.data, 2)).toBe(held)
    document.setSegments([segment(1), segment(2, { visible: false })])
    stroke(document, 1, [8, 7, 5], 4, 2, { ...openRules, overwrite: 'visible' })
    expect(count(document.data, 2)).toBe(held)
    document.setSegments([segment(1), segment(2, { locked: true })])
    stroke(document, 1, [8, 7, 5], 4)
    stroke(document, 0, [8, 7, 5], 4)
    expect(count(document.data, 2)).toBe(held)
    document.setSegments([segment(1), segment(2)])
    stroke(document, 1, [8, 7, 5], 4)
    expect(count(document.data, 2)).toBe(0)
  })

  it('keeps to the intensity range and the editable area', () => {
    const document = open()
    document.imageValue = (offset) => offset % 16
    stroke(document, 1, [8, 7, 5], 4, 2, { ...openRules, range: [8, 10] })
    for (let p = 0; p < document.data.length; p++)
      if (document.data[p] === 1) expect(p % 16 >= 8 && p % 16 <= 10).toBe(true)
    const inside = count(document.data, 1)
    stroke(document, 2, [8, 7, 5], 6, 2, { ...openRules, area: 'inside-segment', areaSegment: 1 })
    expect(count(document.data, 2)).toBe(inside)
  })
})

describe('outlines', () => {
  it('fill the centres inside, by the even–odd rule', () => {
    const square = [
      [1.5, 1.5],
      [5.5, 1.5],
      [5.5, 4.5],
      [1.5, 4.5],
    ] as const
    expect(rowSpans(square, 2)).toEqual([[2, 5]])
    expect(rowSpans(square, 1)).toEqual([])
    const star = [
      [0, 0],
      [10, 0],
      [0, 10],
      [10, 10],
    ] as const
    expect(rowSpans(star, 2)).toEqual([[2, 8]])
    const document = open()
    document.apply(
      'Outline',
      'polygon',
      1,
      openRules,
      outlineShape(document.dims, [0, 1, 2], square, { first: 3, last: 3 }),
    )
    expect(count(document.data, 1)).toBe(12)
    document.apply(
      'Cut',
      'polygon',
      0,
      openRules,
      outlineShape(document.dims, [0, 1, 2], square, { first: 3, last: 3 }, true),
    )
    expect(count(document.data, 1)).toBe(12)
  })

  it('do the same in every plane', () => {
    for (const axes of [
      [0, 1, 2],
      [1, 2, 0],
      [0, 2, 1],
    ] as const) {
      const document = open([12, 12, 12], [1, 1, 1])
      document.apply(
        'Outline',
        'polygon',
        1,
        openRules,
        outlineShape(
          document.dims,
          axes,
          [
            [2, 2],
            [8, 2],
            [8, 7],
          ],
          { first: 4, last: 5 },
        ),
      )
      const box = document.bounds
      expect(box && [box[2 * axes[2]], box[2 * axes[2] + 1]]).toEqual([4, 6])
    }
  })
})

describe('bounds', () => {
  it('cover what is marked after opening', () => {
    const document = open()
    stroke(document, 1, [8, 7, 5], 2)
    const again = boundsOf(document.data, document.dims, wholeBox(document.dims), (v) => v !== 0)
    expect(document.bounds).toEqual(again)
    expect(again && boxVolume(again)).toBe(25)
  })
})
