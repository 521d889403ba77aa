import { describe, expect, it } from 'vitest'
import type { MapReference } from '../../main/shared/domain/map.ts'
import { splitCounts } from './MapReferences.tsx'

const of = (split: MapReference['split']): MapReference => ({ volumeId: 'v', code: 'C', name: 'n', split, sha256: 'a' })

describe('the references of a map', () => {
  it('are counted by what they were for', () => {
    expect(splitCounts([of(''), of('train'), of('train')])).toBe('2 training, 1 no split')
    expect(splitCounts([of('test'), of('tune')])).toBe('1 validation, 1 test')
  })
})
