import { describe, expect, it } from 'vitest'
import { counterRandom } from './random.ts'
import { ascendingOrder, descendingOrder, midRanks } from './sort.ts'

describe('sorting by value, then by position', () => {
  const values = Float64Array.from({ length: 3000 }, (_, i) => Math.round(counterRandom(1).normal(0, 0, i) * 50) / 7)
  it('equals a stable comparison sort', () => {
    const expected = [...values.keys()].sort((a, b) => values[a] - values[b] || a - b)
    expect([...ascendingOrder(values)]).toEqual(expected)
    const down = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b)
    expect([...descendingOrder(values)]).toEqual(down)
  })
  it('takes −0 for 0, infinities and tiny numbers', () => {
    expect([...ascendingOrder([0, -0, 1e-310, -1e-310, Infinity, -Infinity, 1 + Number.EPSILON, 1])]).toEqual([
      5, 3, 0, 1, 2, 7, 6, 4,
    ])
    expect([...descendingOrder([0, -0, 0])]).toEqual([0, 1, 2])
    expect([...ascendingOrder([])]).toEqual([])
  })
  it('shares ranks among ties (scipy.stats.rankdata)', () => {
    expect([...midRanks([2, 1, 2, 5, 2])]).toEqual([3, 1, 3, 5, 3])
  })
})
