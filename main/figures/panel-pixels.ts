import { type DisplayRange, thresholdOf } from '../shared/colour/display-range.ts'
import { type ColourTableId, colourTable, tableEntry } from '../shared/colour/tables.ts'
import type { Grid } from '../shared/domain/geometry.ts'
import type { Window } from '../shared/domain/study.ts'
import type { FigureImage } from './figure-data.ts'
import { type PanelPlane, planeInGrid } from './plane.ts'
import { type Field, samplePlane } from './sample-plane.ts'

export interface OverlayStyle {
  readonly range: DisplayRange
  readonly table: ColourTableId
  readonly thresholdShare: number
  readonly opacity: number
  readonly sampling: 'linear' | 'nearest'
}

/** RGBA pixels of the image behind the display window, low values bright where the file says so; black outside. */
export function imagePixels(
  image: FigureImage,
  plane: PanelPlane,
  window: Pick<Window, 'width' | 'level'>,
): Uint8Array {
  const { widthPx, heightPx } = plane
  const rgba = new Uint8Array(widthPx * heightPx * 4)
  const colour = image.channels.length === 3
  const planes = image.channels.map((field) => samplePlane(field, plane, 'linear'))
  const low = window.level - window.width / 2
  const level = (value: number) => Math.max(0, Math.min(255, Math.round((255 * (value - low)) / window.width)))
  const shown = image.volume.displayInverted === true ? (value: number) => 255 - level(value) : level
  for (let p = 0; p < widthPx * heightPx; p++) {
    for (let c = 0; c < 3; c++) {
      const value = planes[colour ? c : 0][p]
      rgba[4 * p + c] = Number.isNaN(value) ? 0 : shown(value)
    }
    rgba[4 * p + 3] = 255
  }
  return rgba
}

/** Lays a map over pixels: constant opacity above the threshold, nothing below it, the colours of the bar. */
export function overlayPixels(
  rgba: Uint8Array,
  map: { grid: Grid; field: Field },
  from: Grid,
  plane: PanelPlane,
  style: OverlayStyle,
): void {
  const values = samplePlane(map.field, planeInGrid(plane, from, map.grid), style.sampling)
  const table = colourTable(style.table)
  const threshold = thresholdOf(style.range, style.thresholdShare)
  const { low, high, signed } = style.range
  for (let p = 0; p < values.length; p++) {
    const value = values[p]
    if (Number.isNaN(value) || (signed ? Math.abs(value) < threshold : value < threshold) || value === 0) continue
    const entry = 3 * tableEntry(value, low, high)
    for (let c = 0; c < 3; c++)
      rgba[4 * p + c] = Math.round(rgba[4 * p + c] * (1 - style.opacity) + table[entry + c] * style.opacity)
  }
}

/** The image's first window, or the 0.5–99.5 % range of the pixels shown: never the full range. */
export function windowFor(image: FigureImage, plane: PanelPlane): Pick<Window, 'width' | 'level'> {
  const [first] = image.volume.windows
  if (first !== undefined && first.width > 0) return first
  if (image.channels.length === 3) return { width: 255, level: 127.5 }
  const values = samplePlane(image.channels[0], plane, 'nearest')
    .filter((v) => Number.isFinite(v))
    .sort()
  if (values.length === 0) return { width: 1, level: 0.5 }
  const at = (share: number) => values[Math.round(share * (values.length - 1))]
  const [low, high] = [at(0.005), at(0.995)]
  return { width: Math.max(high - low, 1e-6), level: (low + high) / 2 }
}
