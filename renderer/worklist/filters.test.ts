import { describe, expect, it } from 'vitest'
import type { WorklistRow } from '../../main/shared/domain/study.ts'
import { applyFilter, countBy, maskStatus, NO_FILTER, sortRows } from './filters.ts'

const row = (code: string, extra: Partial<WorklistRow> = {}): WorklistRow => ({
  id: code,
  code,
  patientCode: code,
  date: null,
  description: '',
  group: '',
  split: '',
  addedAt: '',
  modalities: ['CT'],
  volumes: [],
  masks: [],
  mapCount: 0,
  measurementCount: 0,
  findings: [],
  ...extra,
})

describe('worklist filters', () => {
  const rows = [
    row('LN-10', { group: 'nodule' }),
    row('LN-2', { modalities: ['DX'], mapCount: 3 }),
    row('LN-1', { findings: [{ code: 'x', outcome: 'warned', message: 'Gap of two slices.' }] }),
  ]

  it('finds rows that hold every word, in code, group and findings', () => {
    expect(applyFilter(rows, { ...NO_FILTER, text: 'gap ln' }).map((r) => r.code)).toEqual(['LN-1'])
    expect(applyFilter(rows, { ...NO_FILTER, text: 'NODULE' }).map((r) => r.code)).toEqual(['LN-10'])
    expect(applyFilter(rows, { ...NO_FILTER, text: 'absent' })).toEqual([])
  })

  it('joins view and modality', () => {
    expect(applyFilter(rows, { ...NO_FILTER, view: 'no-map', modality: 'CT' }).map((r) => r.code)).toEqual([
      'LN-10',
      'LN-1',
    ])
  })

  it('sorts codes as people count and keeps equal rows in code order', () => {
    expect(sortRows(rows, { column: 'code', descending: false }).map((r) => r.code)).toEqual(['LN-1', 'LN-2', 'LN-10'])
    expect(sortRows(rows, { column: 'maps', descending: true }).map((r) => r.code)).toEqual(['LN-2', 'LN-1', 'LN-10'])
  })

  it('tells the state of the mask work', () => {
    const mask = (status: string) => ({ id: status, reader: 'R1', status })
    expect(maskStatus(row('a'))).toBe('to do')
    expect(maskStatus(row('a', { masks: [mask('completed'), mask('in-progress')] }))).toBe('interim')
    expect(maskStatus(row('a', { masks: [mask('completed'), mask('flagged')] }))).toBe('flagged')
    expect(maskStatus(row('a', { masks: [mask('completed')] }))).toBe('accepted')
  })

  it('counts values, most frequent first', () => {
    expect(countBy(rows, (r) => r.modalities)).toEqual([
      ['CT', 2],
      ['DX', 1],
    ])
  })
})
