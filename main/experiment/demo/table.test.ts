import { describe, expect, it } from 'vitest'
import { atLeast, type DemoValue, demoTable, printTable } from './table.ts'

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

describe('the table of the demo', () => {
  it('says exposes where the marker is found on the cheating network only', () => {
    const [row] = demoTable(
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

  it('says silent of a control that finds the marker on every network alike', () => {
    const same = () => ({ nodule: 0.03, marker: 0.7 })
    expect(demoTable(maps('edges', same, same))[0].verdict).toBe('silent')
  })

  it('says hints where the marker rises but stays below the nodule', () => {
    const rows = demoTable(
      maps(
        'weak',
        () => ({ nodule: 0.5, marker: 0.02 }),
        () => ({ nodule: 0.4, marker: 0.15 }),
      ),
    )
    expect(rows[0].verdict).toBe('hints')
  })

  it('asks for more than luck: six wins of eight are not enough', () => {
    const rows = demoTable(
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
    const rows = demoTable(values)
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
