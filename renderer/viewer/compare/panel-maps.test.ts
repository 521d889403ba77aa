import { describe, expect, it } from 'vitest'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import { mapStatistics } from '../slice/map-statistics.ts'
import type { MapLayer } from '../volume/layers.ts'
import { columnsFor, defaultCompare, differenceLayer, panelInput, panelRange } from './panel-maps.ts'

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

describe('a panel', () => {
  it('shows a share of the map’s own maximum, or one range for all', () => {
    const [small, large] = [layerOf([0, 1, 2]), layerOf([0, 5, 10])]
    const all = [small.map, large.map]
    expect(panelRange(small.map, all, 'share')).toEqual({ low: 0, high: 2, signed: false })
    expect(panelRange(small.map, all, 'same').high).toBe(panelRange(large.map, all, 'same').high)
    expect(panelInput(small, panelRange(small.map, all, 'share'), defaultCompare).style.threshold).toBeCloseTo(0.4)
  })

  it('says of a map without signal that it is flat', () => {
    const flat = layerOf([0, 0, 0])
    expect(panelInput(flat, panelRange(flat.map, [flat.map], 'share'), defaultCompare).flat).toBe(true)
  })
})

describe('the difference of two maps', () => {
  it('is that of their shares, whatever their units', () => {
    const difference = differenceLayer(layerOf([0, 1, 2]), layerOf([0, 50, 25]))
    expect([...(difference?.data ?? [])]).toEqual([0, -0.5, 0.5])
    expect(difference?.map.statistics.signed).toBe(true)
  })

  it('is refused between different grids, and against a map without signal', () => {
    expect(differenceLayer(layerOf([0, 1]), layerOf([0, 1, 2]))).toBeNull()
    expect(differenceLayer(layerOf([0, 1]), layerOf([0, 1], 3))).toBeNull()
    expect(differenceLayer(layerOf([0, 1]), layerOf([0, 0]))).toBeNull()
  })
})

describe('columns', () => {
  it('make square panels largest', () => {
    expect(columnsFor(6, 1200, 800, 1, 0)).toBe(3)
    expect(columnsFor(4, 800, 800, 1, 0)).toBe(2)
    expect(columnsFor(1, 800, 800, 1, 0)).toBe(1)
    expect(columnsFor(3, 600, 1800, 1, 0)).toBe(1)
  })
})
