import { type DisplayRange, thresholdOf } from '../shared/colour/display-range.ts'
import { COLOUR_TABLE_SIZE, type ColourTableId, colourTable } from '../shared/colour/tables.ts'
import type { Mark } from './drawing.ts'
import { barNumber } from './numbers.ts'
import { pixelsToPng } from './write-png.ts'

export interface ColourBarPlace {
  readonly x: number
  readonly y: number
  readonly widthMm: number
  readonly heightMm: number
  readonly sizeMm: number
  readonly ink: string
  readonly label: string
}

/** Dimming of the part of the bar that a map does not show. */
const BELOW = 0.28

/** The bar of a range, from the same table as the overlay: ticks with real values, a triangle at the threshold, the part below it dimmed. */
export async function colourBar(
  place: ColourBarPlace,
  range: DisplayRange,
  table: ColourTableId,
  thresholdShare: number,
  opacityBackground: 'white' | 'black',
): Promise<Mark[]> {
  const { x, y, widthMm, heightMm, sizeMm, ink } = place
  const colours = colourTable(table)
  const threshold = thresholdOf(range, thresholdShare)
  const paper = opacityBackground === 'white' ? 255 : 0
  const rgba = new Uint8Array(COLOUR_TABLE_SIZE * 4)
  for (let entry = 0; entry < COLOUR_TABLE_SIZE; entry++) {
    const value = range.low + (entry / (COLOUR_TABLE_SIZE - 1)) * (range.high - range.low)
    const share = (range.signed ? Math.abs(value) : value) < threshold ? BELOW : 1
    for (let c = 0; c < 3; c++) rgba[4 * entry + c] = Math.round(colours[3 * entry + c] * share + paper * (1 - share))
    rgba[4 * entry + 3] = 255
  }
  const at = (value: number) => x + (widthMm * (value - range.low)) / (range.high - range.low || 1)
  const marks: Mark[] = [
    { kind: 'image', x, y, width: widthMm, height: heightMm, png: await pixelsToPng(rgba, COLOUR_TABLE_SIZE, 1) },
    {
      kind: 'path',
      d: `M${x} ${y}L${x + widthMm} ${y}L${x + widthMm} ${y + heightMm}L${x} ${y + heightMm}Z`,
      fill: null,
      stroke: ink,
      strokeMm: 0.15,
    },
  ]
  for (const value of range.signed
    ? [range.low, range.low / 2, 0, range.high / 2, range.high]
    : [range.low, (range.low + range.high) / 2, range.high]) {
    marks.push({
      kind: 'path',
      d: `M${at(value)} ${y + heightMm}L${at(value)} ${y + heightMm + 0.8}`,
      fill: null,
      stroke: ink,
      strokeMm: 0.15,
    })
    marks.push({
      kind: 'text',
      x: at(value),
      y: y + heightMm + 1.1 + sizeMm * 0.8,
      text: barNumber(value, range),
      sizeMm,
      weight: 'regular',
      anchor: 'middle',
      fill: ink,
    })
  }
  for (const value of threshold > 0 ? (range.signed ? [-threshold, threshold] : [threshold]) : []) {
    const t = at(value)
    marks.push({
      kind: 'path',
      d: `M${t} ${y}L${t - 0.8} ${y - 1.3}L${t + 0.8} ${y - 1.3}Z`,
      fill: ink,
      stroke: null,
      strokeMm: 0,
    })
  }
  marks.push({
    kind: 'text',
    x: x + widthMm + 2.5,
    y: y + heightMm * 0.85,
    text: place.label,
    sizeMm,
    weight: 'regular',
    anchor: 'start',
    fill: ink,
  })
  return marks
}
