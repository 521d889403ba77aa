import { describe, expect, it } from 'vitest'
import { figureRecipeSchema } from '../../main/shared/domain/figure.ts'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { columnChoices, columnsOf, imageColumn, outlineOf, rowOf, START } from './recipe.ts'

const map = (key: string, volumeId: string, method: string, parameters = {}) =>
  ({
    key,
    volumeId,
    method,
    modelId: 'm',
    layer: null,
    parameters,
    target: { index: 1, output: 'logit', negate: false },
  }) as unknown as SaliencyMap
const mask = {
  id: 'k',
  volumeId: 'v1',
  versions: [{ version: 1 }, { version: 2 }],
  segments: [{ value: 4, name: 'Nodule' }],
} as unknown as Mask

describe('figure recipes', () => {
  it('joins maps of one method and setting over images into one column', () => {
    const choices = columnChoices([
      map('a', 'v1', 'gradient'),
      map('b', 'v2', 'gradient'),
      map('c', 'v1', 'smoothgrad', { samples: 5 }),
      map('d', 'v1', 'smoothgrad', { samples: 25 }),
    ])
    expect(choices.map(({ method, setting, maps }) => [method, setting, Object.keys(maps).length])).toEqual([
      ['gradient', '', 2],
      ['smoothgrad', 'samples 5', 1],
      ['smoothgrad', 'samples 25', 1],
    ])
  })

  it('finds the columns of chosen maps in the order chosen, each once', () => {
    const choices = columnChoices([map('a', 'v1', 'gradient'), map('b', 'v2', 'gradient'), map('c', 'v1', 'rise')])
    const [gradient, rise] = choices.map((choice) => choice.id)
    expect(columnsOf(choices, ['c', 'a', 'b', 'gone'])).toEqual([rise, gradient])
  })

  it('outlines a row by the newest saved version, and not at all where there is none', () => {
    expect(outlineOf('v1', [mask])).toEqual({ maskId: 'k', version: 2, segment: 4 })
    expect(outlineOf('v2', [mask])).toBeNull()
  })

  it('starts as a recipe the API accepts', () => {
    expect(
      figureRecipeSchema.safeParse({ ...START, rows: [rowOf('v1', [mask])], columns: [imageColumn] }).success,
    ).toBe(true)
  })
})
