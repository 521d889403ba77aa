import { type DisplayRange, displayRange, sharedRange } from '../../../main/shared/colour/display-range.ts'
import type { ColourTableId } from '../../../main/shared/colour/tables.ts'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import { defaultTable, mapStatistics } from '../slice/map-statistics.ts'
import type { MapInput } from '../slice/slice-renderer.ts'
import type { MapLayer } from '../volume/layers.ts'

/** What the panels of a comparison show. */
export type CompareMode = 'side' | 'flip' | 'difference' | 'outline'

/** share: every map as a share of its own largest magnitude; own: own percentile range in real values; same: one range in real values. */
export type CompareRange = 'share' | 'own' | 'same'

export interface CompareSettings {
  readonly mode: CompareMode
  readonly range: CompareRange
  /** Share of the range's reach below which a map is transparent. */
  readonly threshold: number
  readonly opacity: number
  /** Percent of positions an outline encloses. */
  readonly outlinePercent: number
  /** Null: by sign of the map. */
  readonly table: ColourTableId | null
  readonly linear: boolean
}

export const defaultCompare: CompareSettings = {
  mode: 'side',
  range: 'share',
  threshold: 0.2,
  opacity: 0.75,
  outlinePercent: 5,
  table: null,
  linear: true,
}

export function panelRange(map: SaliencyMap, all: readonly SaliencyMap[], range: CompareRange): DisplayRange {
  if (range === 'same') return sharedRange(all.map((one) => one.statistics))
  return displayRange(map.statistics, range === 'share' ? 'full' : 'percentile')
}

/** One map as a panel draws it. */
export function panelInput(layer: MapLayer, range: DisplayRange, settings: CompareSettings): MapInput {
  const { map } = layer
  const reach = Math.max(Math.abs(range.low), Math.abs(range.high))
  return {
    layer,
    flat: map.statistics.flat || !(range.high > range.low),
    linear: settings.linear,
    minimumCluster: 1,
    outlinePercent: settings.mode === 'outline' ? settings.outlinePercent : null,
    style: {
      low: range.low,
      high: range.high,
      threshold: reach * settings.threshold,
      signed: map.statistics.signed,
      opacity: settings.opacity,
      table: settings.table ?? defaultTable(map.statistics.signed),
      hideZeros: true,
    },
  }
}

/**
 * Difference of two maps, each first divided by its largest magnitude, so that maps of different units may be compared; in −2 … 2.
 * Null where their grids differ or one has no signal: then there is nothing true to show.
 */
export function differenceLayer(one: MapLayer, other: MapLayer): MapLayer | null {
  const same =
    one.grid.dims.join() === other.grid.dims.join() &&
    one.grid.affine.every((v, at) => Math.abs(v - other.grid.affine[at]) < 1e-6)
  const reach = (layer: MapLayer) => Math.max(Math.abs(layer.map.statistics.min), Math.abs(layer.map.statistics.max))
  if (!same || reach(one) === 0 || reach(other) === 0) return null
  const [a, b] = [1 / reach(one), 1 / reach(other)]
  const data = one.data.map((value, at) => value * a - other.data[at] * b)
  const statistics = { ...one.map.statistics, ...mapStatistics(data), signed: true }
  return {
    map: { ...one.map, key: `${one.map.key} − ${other.map.key}`, statistics },
    grid: one.grid,
    data,
  }
}

/** Columns that make panels of a picture's aspect (width / height) largest in the space there is. */
export function columnsFor(panels: number, width: number, height: number, aspect: number, textHeight: number): number {
  let best = 1
  let largest = 0
  for (let columns = 1; columns <= panels; columns++) {
    const rows = Math.ceil(panels / columns)
    const w = width / columns
    const h = height / rows - textHeight
    const size = Math.min(w, h * aspect)
    if (size > largest) {
      largest = size
      best = columns
    }
  }
  return best
}
