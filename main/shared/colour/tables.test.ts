import { describe, expect, it } from 'vitest'
import { labelColour, parseHex } from './labels.ts'
import { COLOUR_TABLE_SIZE, colourTable, colourTableIds, isDiverging, tableEntry, tableHex } from './tables.ts'

/** OKLab lightness of an sRGB triple; Ottosson 2020. */
function lightness(r: number, g: number, b: number): number {
  const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
  const l = Math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z)
  const m = Math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z)
  const s = Math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z)
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s
}

describe('colour tables', () => {
  it('hit their first and last stop exactly', () => {
    expect(tableHex('inferno', 0)).toBe('#000004')
    expect(tableHex('inferno', COLOUR_TABLE_SIZE - 1)).toBe('#fcffa4')
    expect(tableHex('signed-paper', COLOUR_TABLE_SIZE - 1)).toBe('#6e3606')
  })

  it.each(colourTableIds.filter((id) => !isDiverging(id)))('%s grows lighter from entry to entry', (id) => {
    const table = colourTable(id)
    let last = -1
    for (let i = 0; i < COLOUR_TABLE_SIZE; i += 16) {
      const here = lightness(table[i * 3], table[i * 3 + 1], table[i * 3 + 2])
      expect(here).toBeGreaterThan(last - 0.002)
      last = here
    }
  })

  it('keeps zero of a signed table in the middle, blue below and orange above', () => {
    const table = colourTable('signed-dark')
    const middle = tableEntry(0, -2, 2) * 3
    expect(Math.abs(table[middle] - table[middle + 2])).toBeLessThan(3)
    expect(table[2]).toBeGreaterThan(table[0])
    expect(table[(COLOUR_TABLE_SIZE - 1) * 3]).toBeGreaterThan(table[(COLOUR_TABLE_SIZE - 1) * 3 + 2])
  })

  it('clamps values outside the range', () => {
    expect(tableEntry(-5, 0, 1)).toBe(0)
    expect(tableEntry(5, 0, 1)).toBe(COLOUR_TABLE_SIZE - 1)
  })
})

describe('label colours', () => {
  it('repeat hatched after eight', () => {
    expect(labelColour(1)).toEqual({ colour: '#56b4e9', hatched: false })
    expect(labelColour(9)).toEqual({ colour: '#56b4e9', hatched: true })
    expect(parseHex('#56b4e9')).toEqual([0x56, 0xb4, 0xe9])
  })
})
