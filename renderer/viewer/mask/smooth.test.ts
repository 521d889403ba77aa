import { describe, expect, it } from 'vitest'
import { combine } from './combine.ts'
import { count, open, segment, stroke } from './mask.support.ts'
import { openRules } from './masking.ts'
import { smooth } from './smooth.ts'

const at = (i: number, j: number, k: number, dims: readonly number[]) => i + dims[0] * (j + dims[1] * k)

describe('smoothing', () => {
  const dims: [number, number, number] = [30, 30, 3]
  const block = () => {
    const document = open(dims, [1, 1, 5])
    document.apply('Block', 'brush', 1, openRules, (put) => {
      for (let j = 8; j < 22; j++) for (let i = 8; i < 22; i++) put(at(i, j, 1, dims))
    })
    return document
  }

  it('opening takes a spur thinner than the kernel away and keeps the body', () => {
    const document = block()
    document.apply('Spur', 'brush', 1, openRules, (put) => {
      for (let i = 22; i < 28; i++) put(at(i, 15, 1, dims))
    })
    smooth(document, 1, openRules, 'opening', 2)
    expect(document.data[at(26, 15, 1, dims)]).toBe(0)
    expect(document.data[at(15, 15, 1, dims)]).toBe(1)
  })

  it('closing fills a slit narrower than the kernel, and takes nothing away', () => {
    const document = block()
    document.apply('Slit', 'eraser', 0, openRules, (put) => {
      for (let j = 8; j < 22; j++) put(at(15, j, 1, dims))
    })
    const before = document.data.slice()
    const edit = smooth(document, 1, openRules, 'closing', 2)
    expect(document.data[at(15, 15, 1, dims)]).toBe(1)
    expect(edit?.removed).toBe(0)
    document.undo()
    expect(document.data).toEqual(before)
  })

  it('a Gaussian leaves a straight edge where it is and rounds the corner', () => {
    const document = block()
    smooth(document, 1, openRules, 'gaussian', 1.5)
    expect(document.data[at(8, 15, 1, dims)]).toBe(1)
    expect(document.data[at(7, 15, 1, dims)]).toBe(0)
    expect(document.data[at(8, 8, 1, dims)]).toBe(0)
  })

  it('writes on no locked segment and outside no range of values', () => {
    const document = block()
    document.setSegments([segment(1), segment(2, { locked: true })])
    document.imageValue = () => 0
    expect(smooth(document, 1, { ...openRules, range: [1, 2] }, 'opening', 6)).toBeNull()
  })
})

describe('combining', () => {
  const pair = () => {
    const [mine, theirs] = [open(), open()]
    stroke(mine, 1, [6, 7, 5], 3)
    stroke(theirs, 2, [9, 7, 5], 3)
    return { mine, other: { document: theirs, value: 2 } }
  }
  const overlap = () => {
    const { mine, other } = pair()
    return mine.data.reduce((n, value, p) => n + Number(value === 1 && other.document.data[p] === 2), 0)
  }

  it('adds, keeps what is common and takes away, as sets do', () => {
    const disc = count(pair().mine.data, 1)
    for (const [how, expected] of [
      ['add', 2 * disc - overlap()],
      ['common', overlap()],
      ['take', disc - overlap()],
    ] as const) {
      const { mine, other } = pair()
      const before = mine.data.slice()
      const untouched = other.document.data.slice()
      combine(mine, 1, other, openRules, how)
      expect(count(mine.data, 1), how).toBe(expected)
      expect(other.document.data).toEqual(untouched)
      mine.undo()
      expect(mine.data).toEqual(before)
    }
  })

  it('refuses masks of different grids in words', () => {
    const other = { document: open([4, 4, 4]), value: 1 }
    expect(() => combine(open(), 1, other, openRules, 'add')).toThrow(
      /4 × 4 × 4 voxels where this one has 16 × 14 × 10/,
    )
  })
})
