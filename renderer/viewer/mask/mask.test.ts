import { describe, expect, it } from 'vitest'
import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { Mask, Segment } from '../../../main/shared/domain/mask.ts'
import { boundsOf, boxVolume, readBox, wholeBox } from './box.ts'
import { brushShape, connectedShape } from './brush.ts'
import { signedDistance, squaredDistance } from './distance.ts'
import { MaskDocument } from './document.ts'
import { History } from './history.ts'
import { interpolateBetweenSlices } from './interpolate.ts'
import { type MaskingRules, openRules } from './masking.ts'
import { fillHoles, fillRegion, keepLargestIsland, margin, pickIsland, removeSmallIslands } from './operations.ts'
import { outlineShape, rowSpans } from './polygon.ts'

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 4294967296
  }
}

const segment = (value: number, more: Partial<Segment> = {}): Segment => ({
  value,
  name: `s${value}`,
  colour: '#56b4e9',
  visible: true,
  locked: false,
  status: 'in-progress',
  notes: '',
  ...more,
})

function open(
  dims: [number, number, number] = [16, 14, 10],
  spacing = [1, 1, 2],
  segments = [segment(1), segment(2)],
  history?: History,
): MaskDocument {
  const [a, b, c] = spacing
  const grid: Grid = { dims, affine: [a, 0, 0, 0, 0, b, 0, 0, 0, 0, c, 0, 0, 0, 0, 1], physical: true, oriented: true }
  const mask: Mask = {
    id: 'm',
    volumeId: 'v',
    reader: 'r',
    origin: 'drawn',
    segments,
    nothingToMark: false,
    versions: [],
    pendingStrokes: 0,
    lastSequence: 0,
  }
  return new MaskDocument(mask, grid, new Uint8Array(dims[0] * dims[1] * dims[2]), history)
}

function stroke(
  document: MaskDocument,
  value: number,
  centre: readonly [number, number, number],
  radius: number,
  axis: 0 | 1 | 2 | null = 2,
  rules: MaskingRules = openRules,
) {
  return document.apply(
    'Brush',
    'brush',
    value,
    rules,
    brushShape(document.dims, document.spacing, { from: centre, to: centre }, radius, axis),
  )
}

const count = (data: Uint8Array, value: number) => data.reduce((n, v) => n + Number(v === value), 0)

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

describe('distances', () => {
  it('agree with the dullest search, anisotropic voxels included', () => {
    const next = random(5)
    const size = [7, 6, 5] as const
    const spacing = [0.7, 1.1, 2.5]
    const seeds = Uint8Array.from({ length: 210 }, () => (next() < 0.04 ? 1 : 0))
    seeds[17] = 1
    const got = squaredDistance(seeds, size, spacing)
    for (let p = 0; p < 210; p++) {
      let best = Number.POSITIVE_INFINITY
      for (let q = 0; q < 210; q++) {
        if (seeds[q] === 0) continue
        const d = [
          (p % 7) - (q % 7),
          (Math.floor(p / 7) % 6) - (Math.floor(q / 7) % 6),
          Math.floor(p / 42) - Math.floor(q / 42),
        ]
        best = Math.min(
          best,
          d.reduce((s, v, a) => s + (v * spacing[a]) ** 2, 0),
        )
      }
      expect(got[p]).toBeCloseTo(best, 9)
    }
  })

  it('are infinite without seeds and negative inside a shape', () => {
    expect(squaredDistance(new Uint8Array(8), [2, 2, 2], [1, 1, 1]).every((v) => v === Number.POSITIVE_INFINITY)).toBe(
      true,
    )
    const signed = signedDistance(Uint8Array.of(0, 1, 1, 1, 0), [5, 1, 1], [2, 1, 1])
    expect([...signed]).toEqual([1, -1, -3, -1, 1])
  })
})

describe('margin', () => {
  it('grows a voxel into a ball in millimetres and shrinks back', () => {
    const document = open([15, 15, 9], [1, 1, 2])
    stroke(document, 1, [7, 7, 4], 0.1)
    margin(document, 1, openRules, 3)
    for (let p = 0; p < document.data.length; p++) {
      const d = Math.hypot((p % 15) - 7, (Math.floor(p / 15) % 15) - 7, (Math.floor(p / 225) - 4) * 2)
      expect(document.data[p]).toBe(d <= 3 ? 1 : 0)
    }
    margin(document, 1, openRules, -3)
    expect(count(document.data, 1)).toBe(1)
  })
})

describe('islands and holes', () => {
  function blobs(): MaskDocument {
    const document = open([20, 20, 6], [1, 1, 1])
    stroke(document, 1, [5, 5, 3], 3, null)
    stroke(document, 1, [15, 15, 3], 1, null)
    return document
  }

  it('keeps the largest, removes small ones, or picks', () => {
    const kept = blobs()
    keepLargestIsland(kept, 1, openRules)
    expect(kept.data[15 + 20 * (15 + 20 * 3)]).toBe(0)
    expect(kept.data[5 + 20 * (5 + 20 * 3)]).toBe(1)
    const removed = blobs()
    removeSmallIslands(removed, 1, openRules, 8)
    expect(removed.data).toEqual(kept.data)
    const picked = blobs()
    pickIsland(picked, 15 + 20 * (15 + 20 * 3), openRules, 'remove')
    expect(picked.data).toEqual(kept.data)
  })

  it('fills holes per slice or in space', () => {
    const document = open([9, 9, 3], [1, 1, 1])
    const ring = outlineShape(
      document.dims,
      [0, 1, 2],
      [
        [0.5, 0.5],
        [7.5, 0.5],
        [7.5, 7.5],
        [0.5, 7.5],
      ],
      { first: 1, last: 1 },
    )
    document.apply('Outline', 'polygon', 1, openRules, ring)
    document.apply('Erase', 'eraser', 0, openRules, (put) => put(4 + 9 * (4 + 9)))
    expect(fillHoles(document, 1, openRules, '3-D', 2)).toBeNull()
    expect(fillHoles(document, 1, openRules, '2-D', 2)?.added).toBe(1)
  })

  it('fills the region under the pointer', () => {
    const document = open([9, 9, 3], [1, 1, 1])
    stroke(document, 1, [4, 4, 1], 2)
    const edit = fillRegion(document, 4 + 9 * (4 + 9), 2, openRules, '2-D', 2)
    expect(edit?.added).toBe(13)
  })
})

describe('fill between slices', () => {
  it('joins two equal discs to a cylinder, as one undo item after acceptance', () => {
    const document = open([24, 24, 9], [1, 1, 1])
    stroke(document, 1, [12, 12, 1], 5)
    stroke(document, 1, [12, 12, 7], 5)
    const preview = interpolateBetweenSlices(document, 1, 2)
    document.showPreview(preview)
    const disc = readBox(document.data, document.dims, [0, 24, 0, 24, 1, 2])
    for (let k = 2; k < 7; k++) expect(readBox(preview.scratch, document.dims, [0, 24, 0, 24, k, k + 1])).toEqual(disc)
    const before = document.data.slice()
    document.acceptPreview(openRules)
    expect(count(document.data, 1)).toBe(7 * count(disc, 1))
    document.undo()
    expect(document.data).toEqual(before)
  })

  it('follows a shape that wanders and changes its size', () => {
    const document = open([48, 24, 9], [1, 1, 1])
    stroke(document, 1, [8, 12, 0], 3)
    stroke(document, 1, [38, 12, 8], 7)
    const { scratch } = interpolateBetweenSlices(document, 1, 2)
    const middle = boundsOf(scratch, document.dims, [0, 48, 0, 24, 4, 5], (v) => v === 1)
    expect(middle && (middle[0] + middle[1] - 1) / 2).toBeCloseTo(23, 0)
    const width = middle ? middle[1] - middle[0] : 0
    expect(width).toBeGreaterThan(7)
    expect(width).toBeLessThan(15)
  })

  it('asks for a second slice in words', () => {
    const document = open()
    stroke(document, 1, [8, 7, 5], 3)
    expect(() => interpolateBetweenSlices(document, 1, 2)).toThrow(/at least two slices of this plane; it is on 1/)
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
