import { describe, expect, it } from 'vitest'
import { defaultCompare } from '../viewer/compare/panel-maps.ts'
import { figureAddress, figureStart } from './address.ts'
import { START } from './recipe.ts'

const points = { axial: [1, 2.5, -3], coronal: [0, 0, 0], sagittal: [0, 0, 0] } as const
const compared = { points, window: { width: 1400, level: -500 }, keys: ['b', 'a'], plane: 'axial' } as const

describe('the way from a comparison to its figure', () => {
  it('carries maps, place, window and look', () => {
    const settings = { ...defaultCompare, normalisation: 'maximum', threshold: 0.3, table: 'viridis' } as const
    const address = figureAddress('s', { ...compared, settings })
    expect(address.startsWith('/figures/s?')).toBe(true)
    const start = figureStart(new URLSearchParams(address.split('?')[1]))
    expect(start).toMatchObject({ maps: ['b', 'a'], plane: 'axial', centre: [1, 2.5, -3] })
    expect(start.window).toEqual({ width: 1400, level: -500 })
    expect(start.settings).toMatchObject({
      normalisation: 'maximum',
      threshold: 0.3,
      colourTable: 'viridis',
      merge: 'sum',
    })
  })

  it('starts as always where the address says nothing or nonsense', () => {
    expect(figureStart(new URLSearchParams())).toMatchObject({
      maps: null,
      centre: null,
      window: null,
      settings: START,
    })
    const start = figureStart(new URLSearchParams('at=1,x,3&window=0,5&threshold=7&plane=oblique'))
    expect(start).toMatchObject({ centre: null, window: null, plane: 'axial' })
    expect(start.settings.threshold).toBe(1)
  })
})
