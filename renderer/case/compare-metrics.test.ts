import { describe, expect, it } from 'vitest'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import { chanceText, findingsOf, metricColumns, panelValue } from './compare-metrics.ts'

const measured = (
  mapKey: string,
  metric: string,
  value: number | null,
  segment: number | null = 1,
  createdAt = '2025-01-01',
) =>
  ({
    mapKey,
    metric,
    value,
    mask: segment === null ? null : { maskId: 'm', version: segment === 1 ? 2 : 1, segment },
    chance: 0.01,
    reason: value === null ? 'The map is constant.' : null,
    merge: 'sum',
    geometry: 'image',
    createdAt,
  }) as unknown as StoredMeasurement

const METRICS = [
  { id: 'average-precision', title: 'Average precision', direction: 'higher' as const },
  { id: 'deletion', title: 'Deletion', direction: 'lower' as const },
]
const all = [
  measured('a', 'average-precision', 0.4),
  measured('b', 'average-precision', 0.6),
  measured('b', 'average-precision', 0.9, 2),
  measured('c', 'average-precision', 0.99),
  measured('a', 'deletion', 0.2, null),
  measured('b', 'deletion', 0.3, null),
]

describe('numbers under compared maps', () => {
  const [nodule, marker] = findingsOf(all, ['a', 'b'])

  it('belong to one finding, the most measured one first', () => {
    expect([nodule.segment, nodule.version, nodule.count]).toEqual([1, 2, 2])
    expect(marker.segment).toBe(2)
    const [precision] = metricColumns(all, ['a', 'b'], marker, METRICS)
    expect([...precision.byMap.keys()]).toEqual(['b'])
    expect(precision.best).toBeNull()
  })

  it('name the best of the compared maps in the metric’s own direction', () => {
    const columns = metricColumns(all, ['a', 'b'], nodule, METRICS)
    expect(columns.map(({ name, best }) => [name, best])).toEqual([
      ['AP', 0.6],
      ['Deletion', 0.2],
    ])
  })

  it('are the newest where a map was measured again', () => {
    const again = [...all, measured('a', 'average-precision', 0.7, 1, '2025-02-01')]
    expect(metricColumns(again, ['a', 'b'], nodule, METRICS)[0].byMap.get('a')?.value).toBe(0.7)
  })

  it('tell the chance level once, with its span where it depends on the map', () => {
    const columnOf = (...measurements: StoredMeasurement[]) =>
      metricColumns(measurements, ['a', 'b'], nodule, METRICS)[0]
    const one = measured('a', 'average-precision', 0.4)
    const other = measured('b', 'average-precision', 0.4)
    expect(chanceText(columnOf(one, other))).toBe('0.010')
    expect(chanceText(columnOf(one, { ...other, chance: 0.02 }))).toBe('0.010–0.020')
    expect(chanceText(columnOf({ ...one, chance: null }))).toBeNull()
  })

  it('say what is not defined and why, and leave unmeasured maps a dash', () => {
    const [precision] = metricColumns([measured('a', 'average-precision', null)], ['a', 'b'], nodule, METRICS)
    expect(panelValue(precision, 'a')).toMatchObject({ text: 'not defined', why: 'The map is constant.' })
    expect(panelValue(precision, 'b').text).toBe('–')
  })
})
