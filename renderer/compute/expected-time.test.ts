import { describe, expect, it } from 'vitest'
import { expectedTime } from './expected-time.ts'

describe('the expected time of a run', () => {
  it('does not tell parts of a second', () => {
    expect(expectedTime([0, 0.04])).toBe('under a second')
    expect(expectedTime([0.2, 2.5])).toBe('up to 2.5 s')
  })
  it('is a range otherwise', () => {
    expect(expectedTime([12, 90])).toBe('12 s to 1 min 30 s')
    expect(expectedTime([12.1, 12.2])).toBe('about 12 s')
  })
})
