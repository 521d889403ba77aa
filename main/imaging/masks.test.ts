import { describe, expect, it } from 'vitest'
import { toLabels } from './masks.ts'

describe('labels of a mask', () => {
  it('are kept as they are, also where one alone occurs', () => {
    expect([...toLabels(Uint8Array.of(0, 2, 2, 0), 1, 0)]).toEqual([0, 2, 2, 0])
    expect([...toLabels(Int16Array.of(0, 1, 3), 2, 0)]).toEqual([0, 2, 6])
    expect([...toLabels(Uint8Array.of(0, 7, 255), 1, 0)]).toEqual([0, 7, 255])
  })

  it('are called 1 where black and white, or a fraction, mean outside and inside', () => {
    expect([...toLabels(Uint8Array.of(0, 255, 0), 1, 0)]).toEqual([0, 1, 0])
    expect([...toLabels(Float32Array.of(0, 0.25, 0), 1, 0)]).toEqual([0, 1, 0])
  })

  it('survive the rounding of float files', () => {
    expect([...toLabels(Float32Array.of(0, 1.9999, 3.0001), 1, 0)]).toEqual([0, 2, 3])
  })

  it.each([
    ['an image', Int16Array.from({ length: 1000 }, (_, n) => n)],
    ['negative values', Int16Array.of(-1000, 0, 40)],
    ['labels beyond a byte', Uint16Array.of(0, 300)],
    ['values that are no numbers', Float32Array.of(0, Number.NaN)],
  ])('are not made of %s', (_what, voxels) => {
    expect(() => toLabels(voxels, 1, 0)).toThrow(expect.objectContaining({ code: 'imaging.mask-values' }))
  })
})
