import type { Drawing, Mark, TextMark } from './drawing.ts'
import { textOutline } from './typeface.ts'

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const n = (value: number) => String(Math.round(value * 1e4) / 1e4)
const WEIGHTS = { regular: 400, medium: 500, bold: 700 } as const

/**
 * The page as SVG in mm units. `text` 'live' keeps words as text (editable, needs a font); 'outlines' draws them as paths.
 */
export function writeSvg(drawing: Drawing, text: 'live' | 'outlines'): string {
  const { widthMm, heightMm } = drawing
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${n(widthMm)}mm" height="${n(heightMm)}mm" viewBox="0 0 ${n(widthMm)} ${n(heightMm)}">`
  const page = `<rect width="${n(widthMm)}" height="${n(heightMm)}" fill="${drawing.background}"/>`
  return `${[head, page, ...drawing.marks.map((mark) => writeMark(mark, text)), '</svg>'].join('\n')}\n`
}

function writeMark(mark: Mark, text: 'live' | 'outlines'): string {
  switch (mark.kind) {
    case 'rect':
      return `<rect x="${n(mark.x)}" y="${n(mark.y)}" width="${n(mark.width)}" height="${n(mark.height)}" fill="${mark.fill ?? 'none'}"${mark.opacity === undefined ? '' : ` fill-opacity="${mark.opacity}"`}/>`
    case 'path':
      return `<path d="${mark.d}" fill="${mark.fill ?? 'none'}" stroke="${mark.stroke ?? 'none'}" stroke-width="${n(mark.strokeMm)}" stroke-linejoin="round" stroke-linecap="round"/>`
    case 'image':
      return `<image x="${n(mark.x)}" y="${n(mark.y)}" width="${n(mark.width)}" height="${n(mark.height)}" preserveAspectRatio="none" href="data:image/png;base64,${Buffer.from(mark.png).toString('base64')}"/>`
    case 'text':
      return text === 'live' ? liveText(mark) : outlinedText(mark)
  }
}

function liveText(mark: TextMark): string {
  const halo =
    mark.halo === undefined
      ? ''
      : ` stroke="${mark.halo}" stroke-width="${n(mark.sizeMm * 0.18)}" stroke-linejoin="round" paint-order="stroke"`
  return `<text x="${n(mark.x)}" y="${n(mark.y)}" font-family="Roboto, Helvetica, Arial, sans-serif" font-size="${n(mark.sizeMm)}" font-weight="${WEIGHTS[mark.weight]}" text-anchor="${mark.anchor}" fill="${mark.fill}"${halo}>${escaped(mark.text)}</text>`
}

function outlinedText(mark: TextMark): string {
  const d = textOutline(mark)
  const halo =
    mark.halo === undefined
      ? ''
      : `<path d="${d}" fill="none" stroke="${mark.halo}" stroke-width="${n(mark.sizeMm * 0.18)}" stroke-linejoin="round"/>`
  return `${halo}<path d="${d}" fill="${mark.fill}"/>`
}
