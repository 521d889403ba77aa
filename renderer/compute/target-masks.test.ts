import { describe, expect, it } from 'vitest'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { targetMaskChoices } from './target-masks.ts'

const maskOf = (id: string, volumeId: string, names: readonly string[], versions = 1): Mask => ({
  ...{ id, volumeId, reader: `Reader of ${id}`, origin: 'drawn', nothingToMark: false, pendingStrokes: 0 },
  lastSequence: 0,
  segments: names.map((name, n) => ({
    ...{ value: n + 1, name, colour: '#56b4e9', visible: true, locked: false, status: 'completed', notes: '' },
  })),
  versions: Array.from({ length: versions }, (_, n) => ({
    ...{ version: n + 1, savedAt: '', comment: '', sha256: '', counts: {} },
  })),
})

describe('positions of a segmentation model that can be chosen', () => {
  const masks = [
    maskOf('a', 'v1', ['Lung', 'Heart'], 2),
    maskOf('b', 'v2', ['Lung']),
    maskOf('unsaved', 'v1', ['Rib'], 0),
    maskOf('elsewhere', 'v9', ['Liver']),
  ]

  it('are the whole image and the model’s own where nothing was saved', () => {
    expect(targetMaskChoices([maskOf('unsaved', 'v1', ['Rib'], 0)], ['v1']).map(({ mask }) => mask)).toEqual([
      null,
      'predicted',
    ])
  })

  it('are segments by name over several images, each with how many have it', () => {
    const choices = targetMaskChoices(masks, ['v1', 'v2', 'v3'])
    expect(choices.slice(2).map(({ label }) => label)).toEqual(['Heart, on 1 of 3 images', 'Lung, on 2 of 3 images'])
    expect(choices[2].mask).toEqual({ segmentName: 'Heart' })
  })

  it('are segments and whole masks of a single image, by their newest version', () => {
    const choices = targetMaskChoices(masks, ['v1']).slice(2)
    expect(choices.map(({ label }) => label)).toEqual([
      'Heart, newest',
      'Lung, newest',
      'All of Reader of a, version 2',
    ])
    expect(choices[2].mask).toEqual({ maskId: 'a', version: 2, segment: null })
    expect(new Set(choices.map(({ value }) => value)).size).toBe(3)
  })
})
