import type { MapStatistics } from '../shared/colour/display-range.ts'
import type { FigureColumn, FigureRecipe, FigureRow } from '../shared/domain/figure.ts'
import { captionText } from './caption.ts'
import { colourBar } from './colour-bar.ts'
import { type Drawing, type Mark, MM_PER_INCH, MM_PER_POINT } from './drawing.ts'
import type { FigureData, FigureImage, FigureMap, FigureMask } from './figure-data.ts'
import { panelLetter } from './numbers.ts'
import { panelHeightMm, panelMarks, rowPicture } from './panel.ts'
import { panelScale, sharedBars, tableFor } from './panel-scale.ts'
import { textWidthMm, wrapText } from './typeface.ts'

const MARGIN_MM = 4
const GAP_MM = 1
const NO_RANGE = { low: 0, high: 1, signed: false }

export interface FigurePage extends Drawing {
  /** The caption's sentences, whether drawn or not. */
  readonly caption: string
}

interface Layout {
  readonly sizeMm: number
  readonly ink: string
  readonly quiet: string
  readonly labelMm: number
  readonly panelMm: number
  readonly panelPx: number
  /** Titles of the columns, broken to the width of a panel. */
  readonly titles: readonly (readonly string[])[]
}

/**
 * Rows of cases × columns of methods with one bar, letters, scale bars and a caption stub.
 *
 * dpi     resolution of the panels: each is drawn at its target pixels, never scaled from the screen
 * errors  none of its own: what the recipe names and the data lack is drawn as a panel without a map
 */
export async function methodPanels(recipe: FigureRecipe, data: FigureData, dpi: number): Promise<FigurePage> {
  const layout = layoutOf(recipe, data, dpi)
  const all = mapsOf(recipe, data).map(({ map }) => map.statistics)
  const marks: Mark[] = headings(recipe, layout)
  let y = headingsEndMm(recipe, layout)
  for (const row of recipe.rows) {
    const image = data.images.get(row.volumeId)
    if (image === undefined) continue
    const height = panelHeightMm(image, row, layout.panelMm)
    if (recipe.furniture.caseCode)
      marks.push({
        kind: 'text',
        x: MARGIN_MM + layout.labelMm - 2,
        y: y + layout.sizeMm,
        text: image.caseCode,
        sizeMm: layout.sizeMm,
        weight: 'medium',
        anchor: 'end',
        fill: layout.ink,
      })
    marks.push(...(await rowMarks(recipe, data, row, image, layout, all, y)))
    y += height + GAP_MM
  }
  y += 2.5
  const bars = recipe.furniture.colourBar ? sharedBars(recipe, all) : []
  for (const [n, bar] of bars.entries()) {
    const half = contentMm(recipe, layout) / 2
    const place = {
      x: MARGIN_MM + layout.labelMm + n * half,
      y: y + 1,
      // The label stands beside the bar: two bars share the width.
      widthMm: Math.min(70, bars.length > 1 ? half - textWidthMm(bar.label, layout.sizeMm, 'regular') - 8 : half),
      heightMm: 2.4,
      sizeMm: layout.sizeMm,
      ink: layout.ink,
      label: bar.label,
    }
    marks.push(...(await colourBar(place, bar.range, bar.table, recipe.threshold, recipe.page.background)))
  }
  if (bars.length > 0) y += 2.4 + layout.sizeMm * 2.4
  const caption = captionText(recipe, data)
  if (recipe.furniture.caption) y = addCaption(marks, caption, recipe, layout, y)
  return {
    widthMm: recipe.page.widthMm,
    heightMm: y + MARGIN_MM - 1,
    background: recipe.page.background === 'white' ? '#ffffff' : '#000000',
    marks,
    caption,
  }
}

function layoutOf(recipe: FigureRecipe, data: FigureData, dpi: number): Layout {
  const sizeMm = recipe.page.textPt * MM_PER_POINT
  const codes = recipe.rows.map((row) => data.images.get(row.volumeId)?.caseCode ?? '')
  const labelMm = recipe.furniture.caseCode
    ? Math.max(...codes.map((code) => textWidthMm(code, sizeMm, 'medium'))) + 2.5
    : 0
  const columns = recipe.columns.length
  const panelMm = (recipe.page.widthMm - 2 * MARGIN_MM - labelMm - GAP_MM * (columns - 1)) / columns
  const white = recipe.page.background === 'white'
  const titles = recipe.columns.map((column, c) => {
    const letter = recipe.furniture.panelLetters ? `${panelLetter(c)}  ` : ''
    const [first = '', ...rest] = wrapText(column.title, panelMm - textWidthMm(letter, sizeMm, 'bold'), sizeMm, 'bold')
    return [letter + first, ...rest]
  })
  return {
    titles,
    sizeMm,
    ink: white ? '#1a1a1a' : '#e6e6e6',
    quiet: white ? '#636363' : '#979797',
    labelMm,
    panelMm,
    panelPx: Math.max(16, Math.round((panelMm / MM_PER_INCH) * dpi)),
  }
}

const contentMm = (recipe: FigureRecipe, layout: Layout) => recipe.page.widthMm - 2 * MARGIN_MM - layout.labelMm

const mapOf = (data: FigureData, column: FigureColumn, row: FigureRow): FigureMap | null =>
  data.maps.get(column.maps[row.volumeId] ?? '') ?? null
const mapsOf = (recipe: FigureRecipe, data: FigureData): FigureMap[] =>
  recipe.rows.flatMap((row) => recipe.columns.map((column) => mapOf(data, column, row)).filter((map) => map !== null))
const maskOf = (data: FigureData, row: FigureRow): FigureMask | null =>
  row.mask === null ? null : (data.masks.get(`${row.mask.maskId} ${row.mask.version} ${row.mask.segment}`) ?? null)

/** Lines of the tallest title; shorter ones stand on the same last line. */
const titleLines = (layout: Layout) => Math.max(1, ...layout.titles.map((lines) => lines.length))
const lastTitleMm = (layout: Layout) => MARGIN_MM + layout.sizeMm * (1 + 1.15 * (titleLines(layout) - 1))

function headingsEndMm(recipe: FigureRecipe, layout: Layout): number {
  const notes = recipe.columns.some((column) => column.note) ? layout.sizeMm * 1.1 : 0
  return lastTitleMm(layout) + layout.sizeMm * 0.25 + notes + 1
}

function headings(recipe: FigureRecipe, layout: Layout): Mark[] {
  const last = lastTitleMm(layout)
  return recipe.columns.flatMap((column, c) => {
    const x = MARGIN_MM + layout.labelMm + c * (layout.panelMm + GAP_MM) + layout.panelMm / 2
    const lines = layout.titles[c]
    const common = { kind: 'text', x, anchor: 'middle' } as const
    const marks: Mark[] = lines.map((text, line) => ({
      ...common,
      y: last - layout.sizeMm * 1.15 * (lines.length - 1 - line),
      text,
      sizeMm: layout.sizeMm,
      weight: 'bold',
      fill: layout.ink,
    }))
    if (column.note) {
      // A note stays on one line: smaller where it is long, cut never.
      const wide = textWidthMm(column.note, layout.sizeMm * 0.9, 'regular')
      const sizeMm = layout.sizeMm * 0.9 * Math.min(1, layout.panelMm / wide)
      marks.push({
        ...common,
        y: last + layout.sizeMm * 1.15,
        text: column.note,
        sizeMm,
        weight: 'regular',
        fill: layout.quiet,
      })
    }
    return marks
  })
}

async function rowMarks(
  recipe: FigureRecipe,
  data: FigureData,
  row: FigureRow,
  image: FigureImage,
  layout: Layout,
  all: readonly MapStatistics[],
  y: number,
): Promise<Mark[]> {
  const marks: Mark[] = []
  const base = rowPicture(image, row, layout.panelPx)
  for (const [c, column] of recipe.columns.entries()) {
    const map = mapOf(data, column, row)
    const range = map === null ? NO_RANGE : panelScale(recipe, map.map.statistics, all).range
    const style = {
      range,
      table: tableFor(recipe, range),
      thresholdShare: recipe.threshold,
      opacity: recipe.opacity,
      sampling: recipe.sampling,
    }
    const input = {
      row,
      image,
      base,
      map,
      mask: maskOf(data, row),
      style,
      ownRangeTag: recipe.range === 'own',
      furniture: recipe.furniture,
      first: c === 0,
    }
    marks.push(
      ...(await panelMarks(
        input,
        MARGIN_MM + layout.labelMm + c * (layout.panelMm + GAP_MM),
        y,
        layout.panelMm,
        layout.sizeMm,
      )),
    )
  }
  return marks
}

/** Draws the caption under a hairline; returns where it ends. */
function addCaption(marks: Mark[], caption: string, recipe: FigureRecipe, layout: Layout, y: number): number {
  const right = recipe.page.widthMm - MARGIN_MM
  marks.push({ kind: 'path', d: `M${MARGIN_MM} ${y}L${right} ${y}`, fill: null, stroke: layout.quiet, strokeMm: 0.1 })
  const size = layout.sizeMm * 0.92
  const lines = wrapText(caption, right - MARGIN_MM, size, 'regular')
  lines.forEach((text, line) => {
    marks.push({
      kind: 'text',
      x: MARGIN_MM,
      y: y + 1.2 + size * (1 + 1.35 * line),
      text,
      sizeMm: size,
      weight: 'regular',
      anchor: 'start',
      fill: layout.ink,
    })
  })
  return y + 1.2 + size * 1.35 * lines.length + 1
}
