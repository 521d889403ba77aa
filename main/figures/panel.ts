import type { FigureRecipe, FigureRow } from '../shared/domain/figure.ts'
import type { Grid } from '../shared/domain/geometry.ts'
import { edgeLetters } from '../shared/geometry/orientation.ts'
import type { Mark } from './drawing.ts'
import type { FigureImage, FigureMap, FigureMask } from './figure-data.ts'
import { lengthText, roundLengthMm } from './numbers.ts'
import { outlinePath, outlines } from './outline.ts'
import { imagePixels, type OverlayStyle, overlayPixels, windowFor } from './panel-pixels.ts'
import { type PanelPlane, panelPlane, planeInGrid } from './plane.ts'
import { samplePlane } from './sample-plane.ts'
import { pixelsToPng } from './write-png.ts'

export interface PanelInput {
  readonly row: FigureRow
  readonly image: FigureImage
  /** The image's pixels in this plane, the same for all panels of a row. */
  readonly base: RowPicture
  readonly map: FigureMap | null
  readonly mask: FigureMask | null
  readonly style: OverlayStyle
  readonly ownRangeTag: boolean
  readonly furniture: FigureRecipe['furniture']
  /** Side letters and scale bar stand once per row, on its first panel, as in print. */
  readonly first: boolean
}

const INK = '#ffffff'
const CASING = '#000000'

/** Height of a row's panels for a width, in mm: square millimetres decide. */
export function panelHeightMm(image: FigureImage, row: FigureRow, widthMm: number): number {
  const plane = panelPlane(image.volume.grid, row, 1000)
  return (widthMm * plane.heightPx) / plane.widthPx
}

/** A row's image at the pixels of its panels. */
export interface RowPicture {
  readonly plane: PanelPlane
  readonly rgba: Uint8Array
}

/** Draws the image of a row once; every panel of the row lays its map over a copy. */
export function rowPicture(image: FigureImage, row: FigureRow, widthPx: number): RowPicture {
  const plane = panelPlane(image.volume.grid, row, widthPx)
  return { plane, rgba: imagePixels(image, plane, row.window ?? windowFor(image, plane)) }
}

/** One panel: picture at its own resolution, vector furniture on top. */
export async function panelMarks(
  input: PanelInput,
  x: number,
  y: number,
  widthMm: number,
  sizeMm: number,
): Promise<Mark[]> {
  const { grid } = input.image.volume
  const { plane } = input.base
  const rgba = input.base.rgba.slice()
  const flat = input.map?.map.statistics.flat === true
  if (input.map !== null && !flat) overlayPixels(rgba, input.map, grid, plane, input.style)
  const mmPerPx = widthMm / plane.widthPx
  const heightMm = plane.heightPx * mmPerPx
  const marks: Mark[] = [
    {
      kind: 'image',
      x,
      y,
      width: widthMm,
      height: heightMm,
      png: await pixelsToPng(rgba, plane.widthPx, plane.heightPx),
    },
  ]
  const place = (px: number, py: number) => [x + (px + 0.5) * mmPerPx, y + (py + 0.5) * mmPerPx] as const
  if (input.mask !== null && input.furniture.maskOutline) marks.push(...maskMarks(input.mask, grid, plane, place))
  const text = (tx: number, ty: number, words: string, anchor: 'start' | 'middle' | 'end'): Mark => ({
    kind: 'text',
    x: tx,
    y: ty,
    text: words,
    sizeMm,
    weight: 'medium',
    anchor,
    fill: INK,
    halo: CASING,
  })
  if (flat) marks.push(text(x + widthMm / 2, y + heightMm / 2, 'No signal', 'middle'))
  if (input.ownRangeTag && input.map !== null && !flat)
    marks.push(text(x + widthMm - 1, y + sizeMm + 0.6, 'own range', 'end'))
  if (input.furniture.sideLetters && grid.oriented)
    marks.push(...letterMarks(grid, plane, x, y, widthMm, heightMm, text, sizeMm))
  if (input.furniture.scaleBar && input.first && grid.physical)
    marks.push(...scaleBarMarks(plane, x, y, heightMm, mmPerPx, widthMm, text))
  if (input.furniture.slicePosition && grid.dims[2] > 1)
    marks.push(text(x + 1, y + sizeMm + 0.6, `slice ${plane.slice + 1}/${grid.dims[plane.axis]}`, 'start'))
  return marks
}

function maskMarks(
  mask: FigureMask,
  from: Grid,
  plane: PanelPlane,
  place: (x: number, y: number) => readonly [number, number],
): Mark[] {
  const values = samplePlane(mask.field, planeInGrid(plane, from, mask.grid), 'linear')
  const d = outlinePath(outlines(values, plane.widthPx, plane.heightPx, 0.5), place)
  if (d === '') return []
  return [
    { kind: 'path', d, fill: null, stroke: CASING, strokeMm: 0.75 },
    { kind: 'path', d, fill: null, stroke: mask.colour, strokeMm: 0.4 },
  ]
}

type TextAt = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end') => Mark

function letterMarks(
  grid: Grid,
  plane: PanelPlane,
  x: number,
  y: number,
  width: number,
  height: number,
  text: TextAt,
  size: number,
): Mark[] {
  const { left, right } = edgeLetters(grid.affine, plane.right, plane.down)
  const middle = y + height / 2 + size * 0.36
  return [text(x + 1, middle, left, 'start'), text(x + width - 1, middle, right, 'end')]
}

function scaleBarMarks(
  plane: PanelPlane,
  x: number,
  y: number,
  height: number,
  mmPerPx: number,
  width: number,
  text: TextAt,
): Mark[] {
  const pageMmPerMm = mmPerPx / plane.mmPerPixel
  const length = roundLengthMm((width * 0.3) / pageMmPerMm)
  const [x0, x1, base] = [x + 1.5, x + 1.5 + length * pageMmPerMm, y + height - 1.6]
  const d = `M${x0} ${base}L${x1} ${base}`
  return [
    { kind: 'path', d, fill: null, stroke: CASING, strokeMm: 0.9 },
    { kind: 'path', d, fill: null, stroke: INK, strokeMm: 0.45 },
    text((x0 + x1) / 2, base - 1, lengthText(length), 'middle'),
  ]
}
