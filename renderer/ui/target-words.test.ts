import { describe, expect, it } from 'vitest'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { targetKind, targetWords } from './target-words.ts'

const of = (index: number, more: Partial<SaliencyMap['target']> = {}) => ({
  target: { index, output: 'logit' as const, negate: false, ...more },
})
const masked = (maskId: string) => ({ mask: { maskId, version: 1, segment: 1 } })

describe('what was explained, in words', () => {
  it('is left out where all maps explain one thing', () => {
    expect(targetWords(of(1), [of(1), of(1)], ['cat', 'dog'])).toBe('')
  })

  it('names only what differs', () => {
    expect(targetWords(of(1), [of(0), of(1)], ['cat', 'dog'])).toBe('dog')
    expect(targetWords(of(7), [of(0), of(7)], [])).toBe('class 7')
    const probability = of(0, { output: 'probability' })
    expect(targetWords(probability, [of(0), probability], ['cat'])).toBe('probability')
    const predicted = of(0, { mask: 'predicted' })
    expect(targetWords(predicted, [of(0), predicted], ['cat'])).toBe('where predicted')
    expect(targetWords(of(0), [of(0), predicted], ['cat'])).toBe('')
  })

  it('is one thing on the masks of different images', () => {
    expect(targetKind(of(0, masked('a')))).toBe(targetKind(of(0, masked('b'))))
    expect(targetKind(of(0, masked('a')))).not.toBe(targetKind(of(0)))
  })
})
