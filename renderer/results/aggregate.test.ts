import { describe, expect, it } from 'vitest'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { Mask } from '../../main/shared/domain/mask.ts'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import { aggregate, isBetter, type NamedClasses } from './aggregate.ts'

const map = (key: string, method: string, parameters = {}, index = 0) =>
  ({
    key,
    method,
    parameters,
    modelId: 'm',
    target: { index, output: 'logit', negate: false },
  }) as unknown as SaliencyMap
const measured = (mapKey: string, value: number | null, chance: number | null = 0.1, maskId = 'k1') =>
  ({
    mapKey,
    metric: 'average-precision',
    value,
    reason: value === null ? 'mask-empty' : null,
    chance,
    mask: { maskId, version: 1, segment: 1 },
  }) as unknown as StoredMeasurement
const mask = (id: string, name: string) => ({ id, segments: [{ value: 1, name }] }) as unknown as Mask

describe('results table', () => {
  it('takes the mean over defined values and counts the undefined ones by reason', () => {
    const table = aggregate(
      [measured('a', 0.4), measured('b', 0.6), measured('c', null)],
      [map('a', 'gradient'), map('b', 'gradient'), map('c', 'gradient')],
      [mask('k1', 'Nodule')],
      [],
    )
    expect(table.columns.map((column) => column.key)).toEqual(['average-precision · Nodule'])
    const cell = table.rows[0].cells['average-precision · Nodule']
    expect(cell.mean).toBeCloseTo(0.5)
    expect(cell.count).toBe(2)
    expect(cell.undefinedBy).toEqual({ 'mask-empty': 1 })
    expect(cell.chance).toBeCloseTo(0.1)
  })

  it('keeps what was explained in rows of their own', () => {
    const table = aggregate(
      [measured('a', 0.4), measured('b', 0.6)],
      [map('a', 'gradient', {}, 0), map('b', 'gradient', {}, 2)],
      [mask('k1', 'Nodule')],
      [],
    )
    expect(table.rows.map(({ setting }) => setting)).toEqual(['class 0', 'class 2'])
    expect(table.rows.map(({ cells }) => cells['average-precision · Nodule'].mean)).toEqual([0.4, 0.6])
  })

  it('calls a class by the name in the card of its model', () => {
    const classes = ['Normal', 'Nodule', 'Effusion']
    const models = [
      { id: 'm', card: { output: { classes } } },
      { id: 'other', card: null },
    ] as unknown as NamedClasses[]
    const table = aggregate(
      [measured('a', 0.4), measured('b', 0.6), measured('c', 0.5)],
      [map('a', 'gradient', {}, 0), map('b', 'gradient', {}, 2), map('c', 'gradient', {}, 7)],
      [],
      models,
    )
    expect(table.rows.map(({ setting }) => setting)).toEqual(['Normal', 'Effusion', 'class 7'])
  })

  it('keeps segments in columns of their own and settings in rows of their own', () => {
    const table = aggregate(
      [measured('a', 0.4, 0.1, 'k1'), measured('a', 0.2, 0.1, 'k2'), measured('b', 0.3)],
      [map('a', 'smoothgrad', { samples: 5 }), map('b', 'smoothgrad', { samples: 25 })],
      [mask('k1', 'Nodule'), mask('k2', 'Marker')],
      [],
    )
    expect(table.columns.map((column) => column.segment)).toEqual(['Marker', 'Nodule'])
    expect(table.rows.map((row) => row.setting)).toEqual(['samples 5', 'samples 25'])
  })

  it('leaves out measurements of maps that are gone', () => {
    expect(aggregate([measured('gone', 1)], [], [], []).rows).toEqual([])
  })

  it('gives null, not a number, where nothing is defined', () => {
    expect(
      aggregate([measured('a', null, null)], [map('a', 'rise')], [], []).rows[0].cells['average-precision · segment 1']
        .mean,
    ).toBeNull()
  })

  it('knows which way a metric is better', () => {
    expect(isBetter(2, 1, 'higher')).toBe(true)
    expect(isBetter(2, 1, 'lower')).toBe(false)
    expect(isBetter(2, 1, 'none')).toBe(false)
  })
})
