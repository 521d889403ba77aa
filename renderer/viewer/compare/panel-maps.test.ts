import { describe, expect, it } from 'vitest'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import { mapStatistics } from '../slice/map-statistics.ts'
import type { MapLayer } from '../volume/layers.ts'
import {
  type CompareSettings,
  columnsFor,
  defaultCompare,
  differenceLayer,
  differenceScale,
  panelInput,
  panelScale,
  strongestOffset,
} from './panel-maps.ts'

function layerOf(values: readonly number[], shiftMm = 0): MapLayer {
  const data = Float32Array.from(values)
  const grid = {
    dims: [values.length, 1, 1] as [number, number, number],
    affine: [1, 0, 0, shiftMm, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    physical: true,
    oriented: true,
  }
  const map = { key: values.join(), grid, statistics: mapStatistics(data) } as unknown as SaliencyMap
  return { map, grid, data }
}

const settings = (change: Partial<CompareSettings>): CompareSettings => ({ ...defaultCompare, ...change })
const maximum = settings({ normalisation: 'maximum' })

describe('a panel', () => {
  const [small, large, signed] = [layerOf([0, 1, 2]), layerOf([0, 5, 10]), layerOf([-4, 1, 2])]
  const all = [small.map, large.map]

  it('shows each map as a share of its own maximum in one range for all', () => {
    expect(panelScale(small.map, all, maximum)).toEqual({ range: { low: 0, high: 2, signed: false }, one: 2 })
    expect(panelScale(large.map, all, maximum)).toEqual({ range: { low: 0, high: 10, signed: false }, one: 10 })
    expect(panelScale(signed.map, all, maximum)).toEqual({ range: { low: -4, high: 4, signed: true }, one: 4 })
  })

  it('shares one range in real values, symmetrical for all as soon as one map is signed', () => {
    const real = settings({ normalisation: 'none' })
    expect(panelScale(small.map, all, real)).toEqual(panelScale(large.map, all, real))
    const mixed = panelScale(small.map, [...all, signed.map], real).range
    expect(mixed).toEqual({ low: -10, high: 10, signed: true })
    const { style } = panelInput(small, mixed, real)
    expect([style.table, style.signed]).toEqual(['signed-dark', true])
  })

  it('takes the end of a fixed range from the reader', () => {
    const { range, one } = panelScale(small.map, all, settings({ range: 'fixed', fixed: 3 }))
    expect({ range, one }).toEqual({ range: { low: 0, high: 3, signed: false }, one: 1 })
  })

  it('cuts at a share of its range', () => {
    expect(panelInput(small, panelScale(small.map, all, maximum).range, maximum).style.threshold).toBeCloseTo(0.4)
  })

  it('says of a map without signal that it is flat', () => {
    const flat = layerOf([0, 0, 0])
    expect(panelInput(flat, panelScale(flat.map, [flat.map], maximum).range, maximum).flat).toBe(true)
  })
})

describe('the difference of two maps', () => {
  it('is that of their shares, whatever their units', () => {
    const difference = differenceLayer(layerOf([0, 1, 2]), layerOf([0, 50, 25]), maximum)
    expect([...(difference?.data ?? [])]).toEqual([0, -0.5, 0.5])
    expect(difference?.map.statistics.signed).toBe(true)
    expect(differenceScale([], maximum).range).toEqual({ low: -1, high: 1, signed: true })
  })

  it('is that of real values where nothing is divided', () => {
    const [one, other] = [layerOf([0, 1, 2]), layerOf([0, 5, 4])]
    const real = settings({ normalisation: 'none' })
    expect([...(differenceLayer(one, other, real)?.data ?? [])]).toEqual([0, -4, -2])
    expect(differenceScale([one.map, other.map], real).range.high).toBe(5)
  })

  it('is refused between different grids, and against a map without signal', () => {
    expect(differenceLayer(layerOf([0, 1]), layerOf([0, 1, 2]), maximum)).toBeNull()
    expect(differenceLayer(layerOf([0, 1]), layerOf([0, 1], 3), maximum)).toBeNull()
    expect(differenceLayer(layerOf([0, 1]), layerOf([0, 0]), maximum)).toBeNull()
  })
})

describe('columns', () => {
  it('make square panels largest', () => {
    expect(columnsFor(6, 1200, 800, 1, 0)).toBe(3)
    expect(columnsFor(4, 800, 800, 1, 0)).toBe(2)
    expect(columnsFor(1, 800, 800, 1, 0)).toBe(1)
    expect(columnsFor(3, 600, 1800, 1, 0)).toBe(1)
  })

  it('prefer panels of the picture’s shape where the picture is about as large', () => {
    expect(columnsFor(4, 790, 650, 1, 140)).toBe(2)
  })
})

describe('the strongest position', () => {
  it('is that of the largest magnitude, of either sign', () => {
    expect(strongestOffset(Float32Array.of(1, -7, Number.NaN, 6))).toBe(1)
  })
})
