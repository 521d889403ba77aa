/** Label colours in order of assignment; from the ninth on the same eight with hatching. */
export const labelColours = [
  '#56b4e9',
  '#559403',
  '#fb4e92',
  '#fef396',
  '#b220fe',
  '#fcb000',
  '#aefffe',
  '#b5cdb2',
] as const

/** Colour of the n-th label (1-based), and whether it is drawn hatched to differ from the first eight. */
export function labelColour(value: number): { colour: string; hatched: boolean } {
  return { colour: labelColours[(value - 1) % labelColours.length], hatched: (value - 1) % 16 >= 8 }
}

/** [red, green, blue] of '#rrggbb'. */
export function parseHex(colour: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number]
}
