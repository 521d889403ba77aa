import { describe, expect, it } from 'vitest'
import { quantile, quantileOfSorted } from './quantile.ts'
import { counterRandom } from './random.ts'

describe('a quantile of numbers in any order', () => {
  const random = counterRandom(5)
  const lists: Record<string, (n: number) => number[]> = {
    'random numbers': (n) => Array.from({ length: n }, (_, i) => random.normal(0, 0, i)),
    'many equal ones': (n) => Array.from({ length: n }, (_, i) => random.integer(0, 1, i, 4)),
    'ascending ones': (n) => Array.from({ length: n }, (_, i) => i),
    'descending ones': (n) => Array.from({ length: n }, (_, i) => n - i),
    'infinite ones': (n) => Array.from({ length: n }, (_, i) => (i % 3 === 0 ? Number.POSITIVE_INFINITY : i % 7)),
    'some that are no numbers': (n) => Array.from({ length: n }, (_, i) => (i % 5 === 4 ? Number.NaN : (i * 7) % 11)),
  }

  for (const [name, make] of Object.entries(lists)) {
    it(`is that of the sorted list: ${name}`, () => {
      for (const n of [1, 2, 3, 10, 257]) {
        const values = make(n)
        const sorted = Float64Array.from(values).sort()
        for (const q of [0, 0.1, 0.25, 0.5, 0.731, 0.99, 1]) {
          for (const rule of ['linear', 'lower'] as const)
            expect(quantile(values, q, rule), `${n} ${q} ${rule}`).toBe(quantileOfSorted(sorted, q, rule))
        }
        expect(values).toEqual(make(n))
      }
    })
  }

  it('is refused for none, and beyond 0 and 1', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError)
    for (const q of [-0.1, 1.1, Number.NaN]) expect(() => quantile([1, 2, 3], q)).toThrow(RangeError)
  })
})
