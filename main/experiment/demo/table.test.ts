import { describe, expect, it } from 'vitest'
import { printTable, summary } from './print-table.ts'
import { atLeast, type DemoPoint, type DemoRow, type DemoValue, demoTable } from './table.ts'

type Levels = { nodule: number; marker: number }

function maps(method: string, honest: (n: number) => Levels, cheating: (n: number) => Levels, cases = 12): DemoValue[] {
  return Array.from({ length: cases }, (_, n) =>
    (['honest', 'cheating'] as const).flatMap((network) =>
      (['nodule', 'marker'] as const).map((finding) => ({
        caseId: `case ${n}`,
        method,
        network,
        finding,
        value: (network === 'honest' ? honest : cheating)(n)[finding],
        chance: 0.01,
      })),
    ),
  ).flat()
}

/** Pointing games of a method: the first `hits` of `cases` hit. */
const points = (method: string, hits: number, cases = 12): DemoPoint[] =>
  Array.from({ length: cases }, (_, n) => ({ caseId: `case ${n}`, method, hit: n < hits }))
const table = (values: readonly DemoValue[], hits = 12): DemoRow[] =>
  demoTable(values, points(values[0].method, hits), new Set(['edges']))

describe('the table of the demo', () => {
  it('says exposes where the marker is found on the cheating network only', () => {
    const [row] = table(
      maps(
        'good',
        () => ({ nodule: 0.5, marker: 0.02 }),
        () => ({ nodule: 0.02, marker: 0.6 }),
      ),
    )
    expect(row.verdict).toBe('exposes')
    expect(row.markerCheating).toEqual({ mean: expect.closeTo(0.6, 12), chance: expect.closeTo(0.01, 12), cases: 12 })
    expect(row.cheatingOverHonest).toEqual({ wins: 12, losses: 0, p: 0.5 ** 12 })
  })

  it('says hints where the marker outranks the nodule but the map does not single it out', () => {
    const pale = (marker: number) =>
      maps(
        'pale',
        () => ({ nodule: 0.5, marker: 0.02 }),
        () => ({ nodule: 0.02, marker }),
      )
    const values = pale(0.1)
    expect(table(pale(0.12), 0)[0].verdict).toBe('exposes')
    expect(table(values, 5)[0]).toMatchObject({ verdict: 'hints', pointing: { hits: 5, cases: 12 } })
    expect(table(values, 6)[0].verdict).toBe('exposes')
  })

  it('says in one sentence what it shows, and distrusts itself when a control speaks', () => {
    const same = () => ({ nodule: 0.03, marker: 0.7 })
    const rows = [
      ...table(
        maps(
          'good',
          () => ({ nodule: 0.5, marker: 0.02 }),
          () => ({ nodule: 0.02, marker: 0.6 }),
        ),
      ),
      ...table(maps('deaf', same, same)),
      ...table(maps('edges', same, same)),
    ]
    expect(summary(rows)).toBe(
      '1 of 2 methods expose the cheat; deaf says nothing of it; the controls (1), which ask no network, are silent as they must be.',
    )
    expect(summary(rows.map((row) => ({ ...row, control: row.method === 'good' })))).toContain(
      'do not trust this table',
    )
  })

  it('says silent of a control that finds the marker on every network alike', () => {
    const same = () => ({ nodule: 0.03, marker: 0.7 })
    expect(table(maps('edges', same, same))[0].verdict).toBe('silent')
  })

  it('says hints where the marker rises but stays below the nodule', () => {
    const rows = table(
      maps(
        'weak',
        () => ({ nodule: 0.5, marker: 0.02 }),
        () => ({ nodule: 0.4, marker: 0.15 }),
      ),
    )
    expect(rows[0].verdict).toBe('hints')
  })

  it('says silent of a map that moves at the level of chance', () => {
    const rows = table(
      maps(
        'noise',
        () => ({ nodule: 0.01, marker: 0.008 }),
        (n) => ({ nodule: 0.01, marker: n % 2 === 0 ? 0.009 : 0.011 }),
      ),
      0,
    )
    expect(rows[0].cheatingOverHonest).toMatchObject({ wins: 12, losses: 0 })
    expect(rows[0].verdict).toBe('silent')
  })

  it('asks for more than luck: six wins of eight are not enough', () => {
    const rows = table(
      maps(
        'lucky',
        () => ({ nodule: 0.5, marker: 0.3 }),
        (n) => (n < 6 ? { nodule: 0.1, marker: 0.6 } : { nodule: 0.6, marker: 0.1 }),
        8,
      ),
    )
    expect(rows[0].cheatingOverHonest).toMatchObject({ wins: 6, losses: 2 })
    expect(rows[0].verdict).toBe('silent')
  })

  it('leaves undefined values out and prints no NaN', () => {
    const values = maps(
      'none',
      () => ({ nodule: 0.1, marker: 0.1 }),
      () => ({ nodule: 0.1, marker: 0.1 }),
      2,
    ).map((v) => ({ ...v, value: null }))
    const rows = table(values)
    expect(rows[0].noduleHonest).toEqual({ mean: null, chance: null, cases: 0 })
    expect(printTable(rows)).not.toMatch(/NaN|null/)
  })

  it('computes the binomial tail exactly', () => {
    expect(atLeast(0, 5)).toBe(1)
    expect(atLeast(5, 5)).toBe(1 / 32)
    expect(atLeast(3, 4)).toBe(5 / 16)
    expect(atLeast(0, 0)).toBe(1)
  })
})
