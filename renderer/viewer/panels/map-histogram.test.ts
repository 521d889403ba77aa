import { describe, expect, it } from 'vitest'
import { logHeights, mapHistogram } from './map-histogram.ts'

describe('the histogram of a map', () => {
  it('counts finite values once, the upper end in the last bin', () => {
    const values = Float32Array.of(0, 0.1, 0.5, 1, 1.5, Number.NaN, -1)
    expect([...mapHistogram(values, 0, 1, 2)]).toEqual([2, 2])
  })

  it('is empty where there is no range', () => {
    expect([...mapHistogram(Float32Array.of(1, 1), 1, 1, 2)]).toEqual([0, 0])
    expect(logHeights(new Uint32Array(2))).toEqual([0, 0])
  })

  it('shows one value beside a thousand', () => {
    const [many, one] = logHeights(Uint32Array.of(1000, 1))
    expect(many).toBe(1)
    expect(one).toBeCloseTo(Math.log(2) / Math.log(1001), 6)
  })
})
