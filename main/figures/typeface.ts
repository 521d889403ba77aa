import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'
import type { TextMark, Weight } from './drawing.ts'

const FILES: Record<Weight, string> = {
  regular: 'Roboto-Regular.woff',
  medium: 'Roboto-Medium.woff',
  bold: 'Roboto-Bold.woff',
}
const require = createRequire(import.meta.url)
const fonts = new Map<Weight, Font>()

/** Bytes of the face (Roboto, Apache-2.0), for embedding. */
export const fontBytes = (weight: Weight) =>
  readFileSync(require.resolve(`roboto-fontface/fonts/roboto/${FILES[weight]}`))

function font(weight: Weight): Font {
  const known = fonts.get(weight)
  if (known) return known
  const made = create(fontBytes(weight))
  if (!('layout' in made)) throw new Error('The face of the figures is a collection, not one font.')
  fonts.set(weight, made)
  return made
}

/** Width of a line of text in mm. */
export function textWidthMm(text: string, sizeMm: number, weight: Weight): number {
  const face = font(weight)
  return (face.layout(text).advanceWidth / face.unitsPerEm) * sizeMm
}

/** Breaks a paragraph at spaces so that no line is wider than `widthMm`; a longer word keeps a line of its own. */
export function wrapText(text: string, widthMm: number, sizeMm: number, weight: Weight): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidthMm(longer, sizeMm, weight) > widthMm) {
      lines.push(line)
      line = word
    } else line = longer
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Outlines of a text mark as path data in mm: pictures then need no installed font. */
export function textOutline(mark: TextMark): string {
  const face = font(mark.weight)
  const run = face.layout(mark.text)
  const scale = mark.sizeMm / face.unitsPerEm
  const width = run.advanceWidth * scale
  let x = mark.anchor === 'start' ? mark.x : mark.anchor === 'middle' ? mark.x - width / 2 : mark.x - width
  let d = ''
  run.glyphs.forEach((glyph, n) => {
    const at = run.positions[n]
    const move = (px: number, py: number) =>
      `${round(x + (px + at.xOffset) * scale)} ${round(mark.y - (py + at.yOffset) * scale)}`
    for (const { command, args } of glyph.path.commands) {
      const points: string[] = []
      for (let p = 0; p + 1 < args.length; p += 2) points.push(move(args[p], args[p + 1]))
      d += LETTERS[command] + points.join(' ')
    }
    x += at.xAdvance * scale
  })
  return d
}

const LETTERS: Record<string, string> = {
  moveTo: 'M',
  lineTo: 'L',
  quadraticCurveTo: 'Q',
  bezierCurveTo: 'C',
  closePath: 'Z',
}
const round = (value: number) => Math.round(value * 1e4) / 1e4
