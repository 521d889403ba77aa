import { describe, expect, it } from 'vitest'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { positionsWords, selfCheckKind, selfCheckRows } from './self-check.ts'

const mapOf = (check: SaliencyMap['check'], mask?: SaliencyMap['target']['mask']) =>
  ({ check, target: { index: 0, output: 'logit', negate: false, mask } }) as SaliencyMap

describe('the self-check of a map in words', () => {
  it('names a Monte-Carlo error as such, and says where there is none', () => {
    const map = mapOf({ kind: 'standard-error', values: { mean: [0.0123], splitHalf: [null] } })
    expect(selfCheckKind(map)).toBe('standard error')
    expect(selfCheckRows(map)).toEqual([
      ['Standard error', '0.0123'],
      ['Split-half correlation', 'not defined'],
    ])
  })

  it('gives the range over slices, and keeps names it does not know', () => {
    const map = mapOf({ kind: 'completeness', values: { gap: [-0.5, 0.25, null], steps: [100, 100], newest: [1] } })
    expect(selfCheckKind(map)).toBe('completeness')
    expect(selfCheckRows(map)).toEqual([
      ['Gap', '−0.5 … 0.25'],
      ['Steps taken', '100'],
      ['newest', '1'],
    ])
  })

  it('is empty where nothing was checked', () => {
    expect(selfCheckRows(mapOf(null))).toEqual([])
    expect(selfCheckKind(mapOf(null))).toBeUndefined()
  })
})

describe('where a segmentation model was explained', () => {
  const masks = [{ id: 'a', reader: 'Dr One', segments: [{ value: 2, name: 'Lung' }] }]
  it('is said of segments, whole masks, the model’s own positions and deleted masks', () => {
    expect(positionsWords(mapOf(null), masks)).toBeNull()
    const check = { positions: [12, 30] }
    expect(positionsWords(mapOf(check, 'predicted'), masks)).toBe('where the model gives the class, 42 positions')
    const of = (maskId: string, segment: number | null) =>
      positionsWords(mapOf(null, { maskId, version: 3, segment }), masks)
    expect(of('a', 2)).toBe('Lung of Dr One, version 3')
    expect(of('a', null)).toBe('all of Dr One, version 3')
    expect(of('b', 2)).toBe('mask that was deleted, version 3')
  })
})
