import { describe, expect, it } from 'vitest'
import { panelScale, sharedBars, tableFor } from './panel-scale.ts'

const small = { min: 0, max: 2, p99: 1, p99abs: 1, signed: false, flat: false }
const large = { min: 0, max: 20, p99: 16, p99abs: 16, signed: false, flat: false }
const signed = { min: -4, max: 3, p99: 2, p99abs: 3, signed: true, flat: false }
const recipe = { range: 'shared', normalisation: 'maximum', colourTable: null } as const

describe('ranges of a figure', () => {
  it('divide each map by its maximum or percentile, and share a bar from 0 to 1', () => {
    expect(panelScale(recipe, small, [small, large]).range).toEqual({ low: 0, high: 2, signed: false })
    expect(panelScale({ ...recipe, normalisation: 'percentile' }, large, [small, large]).range.high).toBe(16)
    expect(sharedBars(recipe, [small, large]).map(({ range }) => range)).toEqual([{ low: 0, high: 1, signed: false }])
  })

  it('give signed maps a bar of their own beside the unsigned one', () => {
    const bars = sharedBars(recipe, [signed, small])
    expect(bars.map(({ range, table }) => [range.low, range.high, table])).toEqual([
      [0, 1, 'inferno'],
      [-1, 1, 'signed-dark'],
    ])
  })

  it('are one range in real values where nothing is divided, and none shared where each has its own', () => {
    const real = { ...recipe, normalisation: 'none' } as const
    expect(sharedBars(real, [small, large])).toEqual([
      { range: { low: 0, high: 16, signed: false }, table: 'inferno', label: 'score per position' },
    ])
    expect(sharedBars({ ...real, range: 'own' }, [small, large])).toEqual([])
  })

  it('take the chosen table where it suits the sign', () => {
    const chosen = { ...recipe, colourTable: 'viridis' }
    expect(tableFor(chosen, { low: 0, high: 1, signed: false })).toBe('viridis')
    expect(tableFor(chosen, { low: -1, high: 1, signed: true })).toBe('signed-dark')
  })
})
