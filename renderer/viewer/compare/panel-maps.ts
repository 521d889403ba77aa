import {
  type DisplayRange,
  displayRange,
  type MapStatistics,
  sharedRange,
} from '../../../main/shared/colour/display-range.ts'
import { type ColourTableId, isDiverging } from '../../../main/shared/colour/tables.ts'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import { defaultTable, mapStatistics } from '../slice/map-statistics.ts'
import type { MapInput } from '../slice/slice-renderer.ts'
import type { MapLayer } from '../volume/layers.ts'

/** What the panels of a comparison show. */
export type CompareMode = 'side' | 'flip' | 'difference' | 'outline'

/** shared: one range for all panels; own: each map's own percentile range; fixed: from zero to a value the reader sets. */
export type CompareRange = 'shared' | 'own' | 'fixed'

/** What each map is divided by before a shared range is laid over all: its largest magnitude, its 99th percentile, nothing. */
export type Normalisation = 'maximum' | 'percentile' | 'none'

export interface CompareSettings {
  readonly mode: CompareMode
  readonly range: CompareRange
  readonly normalisation: Normalisation
  /** End of a fixed range, in the maps' own values. */
  readonly fixed: number
  /** Share of the range's reach below which a map is transparent. */
  readonly threshold: number
  readonly opacity: number
  /** Percent of positions an outline encloses. */
  readonly outlinePercent: number
  /** For ranges of its kind, signed or not; the others keep their own. Null: by sign of the range. */
  readonly table: ColourTableId | null
  readonly linear: boolean
}

export const defaultCompare: CompareSettings = {
  mode: 'side',
  range: 'shared',
  normalisation: 'percentile',
  fixed: 1,
  threshold: 0.2,
  opacity: 0.75,
  outlinePercent: 5,
  table: null,
  linear: true,
}

/** The range of a panel in the map's own values, and the value that stands as 1 on its bar. */
export interface PanelScale {
  readonly range: DisplayRange
  readonly one: number
}

const reachOf = ({ low, high }: { low: number; high: number }) => Math.max(Math.abs(low), Math.abs(high))

/** The value each map is divided by; 1 where ranges are in real values. */
function unitOf(statistics: MapStatistics, { range, normalisation }: CompareSettings): number {
  if (range !== 'shared' || normalisation === 'none') return 1
  return reachOf(displayRange(statistics, normalisation === 'maximum' ? 'full' : 'percentile')) || 1
}

/** The range one map is drawn with beside the others. One signed map makes a range in real values symmetrical for all. */
export function panelScale(map: SaliencyMap, all: readonly SaliencyMap[], settings: CompareSettings): PanelScale {
  const { statistics } = map
  const one = unitOf(statistics, settings)
  if (settings.range === 'own') return { range: displayRange(statistics), one }
  if (settings.range === 'fixed') {
    const signed = all.some((other) => other.statistics.signed)
    return { range: { low: signed ? -settings.fixed : 0, high: settings.fixed, signed }, one }
  }
  if (settings.normalisation === 'none') return { range: sharedRange(all.map((other) => other.statistics)), one }
  const { signed } = statistics
  return { range: { low: signed ? -one : 0, high: one, signed }, one }
}

/** One map as a panel draws it. */
export function panelInput(layer: MapLayer, range: DisplayRange, settings: CompareSettings): MapInput {
  const { map } = layer
  // A signed range needs the middle of a diverging table, an unsigned one has none.
  const fits = settings.table !== null && isDiverging(settings.table) === range.signed
  return {
    layer,
    flat: map.statistics.flat || !(range.high > range.low),
    linear: settings.linear,
    minimumCluster: 1,
    outlinePercent: settings.mode === 'outline' ? settings.outlinePercent : null,
    style: {
      low: range.low,
      high: range.high,
      threshold: reachOf(range) * settings.threshold,
      signed: range.signed,
      opacity: settings.opacity,
      table: fits && settings.table !== null ? settings.table : defaultTable(range.signed),
      hideZeros: true,
    },
  }
}

/** The range of differences: of shares −1 … 1, of real values the reach of the range all maps share. */
export function differenceScale(all: readonly SaliencyMap[], settings: CompareSettings): PanelScale {
  const real = settings.range === 'fixed' || (settings.range === 'shared' && settings.normalisation === 'none')
  const shared = reachOf(sharedRange(all.map((map) => map.statistics)))
  const reach = !real ? 1 : settings.range === 'fixed' ? settings.fixed : shared
  return { range: { low: -reach, high: reach, signed: true }, one: 1 }
}

/**
 * Difference of two maps, each first divided as the settings say, so that maps of different units may be compared.
 * Null where their grids differ or one has no signal: then there is nothing true to show.
 */
export function differenceLayer(one: MapLayer, other: MapLayer, settings: CompareSettings): MapLayer | null {
  const same =
    one.grid.dims.join() === other.grid.dims.join() &&
    one.grid.affine.every((v, at) => Math.abs(v - other.grid.affine[at]) < 1e-6)
  if (!same || one.map.statistics.flat || other.map.statistics.flat) return null
  // Own ranges divide by the percentile too: a difference needs one unit.
  const divisor =
    settings.range === 'own'
      ? { ...settings, range: 'shared' as const, normalisation: 'percentile' as const }
      : settings
  const [a, b] = [1 / unitOf(one.map.statistics, divisor), 1 / unitOf(other.map.statistics, divisor)]
  const data = one.data.map((value, at) => value * a - other.data[at] * b)
  const statistics = { ...one.map.statistics, ...mapStatistics(data), signed: true }
  return {
    map: { ...one.map, key: `${one.map.key} − ${other.map.key} ${a} ${b}`, statistics },
    grid: one.grid,
    data,
  }
}

/**
 * Columns that make panels of a picture's aspect (width / height) largest in the space there is. Of layouts whose pictures
 * are within a tenth of the largest, the one whose panels fit the picture's shape best with fewest places left empty.
 */
export function columnsFor(panels: number, width: number, height: number, aspect: number, textHeight: number): number {
  const layouts = Array.from({ length: Math.max(1, panels) }, (_, n) => {
    const columns = n + 1
    const rows = Math.ceil(panels / columns)
    const w = width / columns
    const h = Math.max(1, height / rows - textHeight)
    const empty = (rows * columns - panels) / panels
    return { columns, size: Math.min(w, h * aspect), misfit: Math.abs(Math.log(w / h / aspect)) + empty }
  })
  const largest = Math.max(...layouts.map((one) => one.size))
  const good = layouts.filter((one) => one.size >= 0.9 * largest)
  return good.length === 0 ? 1 : good.reduce((a, b) => (b.misfit < a.misfit ? b : a)).columns
}

/** Offset of a map's largest magnitude among its finite values; the first one of several. */
export function strongestOffset(data: Float32Array): number {
  let at = 0
  let most = -1
  for (let n = 0; n < data.length; n++) {
    const size = Math.abs(data[n])
    if (size > most && Number.isFinite(size)) {
      most = size
      at = n
    }
  }
  return at
}
