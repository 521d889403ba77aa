import { describe, expect, it } from 'vitest'
import { boundsOf, readBox } from './box.ts'
import { signedDistance, squaredDistance } from './distance.ts'
import type { MaskDocument } from './document.ts'
import { interpolateBetweenSlices } from './interpolate.ts'
import { count, open, random, segment, stroke } from './mask.support.ts'
import { openRules } from './masking.ts'
import {
  countIslands,
  fillHoleAt,
  fillHoles,
  fillRegion,
  keepLargestIsland,
  margin,
  pickIsland,
  removeSmallIslands,
  splitIslands,
} from './operations.ts'
import { outlineShape } from './polygon.ts'

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

  it('fills the hole under the pointer alone, and says where nothing encloses it', () => {
    const document = open([20, 9, 3], [1, 1, 1])
    const ring = (i: number) => {
      stroke(document, 1, [i, 4, 1], 3)
      document.apply('Erase', 'eraser', 0, openRules, (put) => put(i + 20 * (4 + 9)))
    }
    ring(4)
    ring(13)
    expect(fillHoleAt(document, [10, 0, 1], 1, openRules, '2-D', 2)).toEqual({ closed: false, edit: null })
    const { closed, edit } = fillHoleAt(document, [4, 4, 1], 1, openRules, '2-D', 2)
    expect([closed, edit?.added]).toEqual([true, 1])
    expect(document.data[13 + 20 * (4 + 9)]).toBe(0)
    expect(fillHoleAt(document, [13, 4, 1], 1, openRules, '3-D', 2).closed).toBe(false)
  })

  it('splits the smaller islands off, in order of size, and brings them back in one step', () => {
    const document = blobs()
    stroke(document, 1, [15, 4, 3], 2, null)
    const before = document.data.slice()
    expect(countIslands(document, 1)).toBe(3)
    document.setSegments([...document.segments, segment(3)])
    splitIslands(document, 1, openRules, [2, 3])
    expect(document.data[15 + 20 * (4 + 20 * 3)]).toBe(2)
    expect(document.data[15 + 20 * (15 + 20 * 3)]).toBe(3)
    expect(countIslands(document, 1)).toBe(1)
    document.undo()
    expect(document.data).toEqual(before)
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
