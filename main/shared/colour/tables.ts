/** Colour tables of maps: stops at equal distance, interpolated once to 1024 entries, shared by overlay, colour bar and export. */
export const COLOUR_TABLE_SIZE = 1024

const stops = {
  inferno: '000004 1b0c41 550f6d 88226a ba3655 e35832 f98c0a f9c931 fcffa4',
  magma: '000004 1d1147 51127c 832681 b73779 e75263 fc8961 fec287 fcfdbf',
  viridis: '440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725',
  cividis: '00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 fee838',
  'signed-dark': 'a9dcff 62aee8 3a7fbf 28527d 262626 7a4a1e b87325 eaa33c ffd98a',
  'signed-paper': '0b3c6f 2f74b3 7fb0d9 c3d9ea f3f3f3 f3d3ad df9c55 b4631a 6e3606',
} as const

export type ColourTableId = keyof typeof stops

export const colourTableIds = Object.keys(stops) as ColourTableId[]

export const colourTableTitles: Record<ColourTableId, string> = {
  inferno: 'Inferno',
  magma: 'Magma',
  viridis: 'Viridis',
  cividis: 'Cividis',
  'signed-dark': 'Signed',
  'signed-paper': 'Signed, paper',
}

/** Whether zero belongs to the middle of the table. */
export function isDiverging(id: ColourTableId): boolean {
  return id.startsWith('signed')
}

const cache = new Map<ColourTableId, Uint8Array>()

/** The table as 1024 RGB triples, linearly interpolated between the stops in sRGB and rounded to the nearest integer. Do not write to it. */
export function colourTable(id: ColourTableId): Uint8Array {
  const known = cache.get(id)
  if (known) return known
  const points = stops[id].split(' ').map((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)))
  const table = new Uint8Array(COLOUR_TABLE_SIZE * 3)
  for (let entry = 0; entry < COLOUR_TABLE_SIZE; entry++) {
    const position = (entry / (COLOUR_TABLE_SIZE - 1)) * (points.length - 1)
    const low = Math.min(points.length - 2, Math.floor(position))
    for (let c = 0; c < 3; c++) {
      table[entry * 3 + c] = Math.round(points[low][c] + (points[low + 1][c] - points[low][c]) * (position - low))
    }
  }
  cache.set(id, table)
  return table
}

/** Entry of a table for a value in the display range [low, high]; values outside take the ends. */
export function tableEntry(value: number, low: number, high: number): number {
  const share = (value - low) / (high - low)
  return share <= 0 ? 0 : share >= 1 ? COLOUR_TABLE_SIZE - 1 : Math.round(share * (COLOUR_TABLE_SIZE - 1))
}

/** '#rrggbb' of a table's entry. */
export function tableHex(id: ColourTableId, entry: number): string {
  const table = colourTable(id)
  return `#${[0, 1, 2].map((c) => table[entry * 3 + c].toString(16).padStart(2, '0')).join('')}`
}

/** A CSS gradient with the table's own stops, for swatches in menus. */
export function tableGradient(id: ColourTableId): string {
  return `linear-gradient(90deg, ${stops[id]
    .split(' ')
    .map((hex) => `#${hex}`)
    .join(', ')})`
}
