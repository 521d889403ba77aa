import { type DisplayRange, displayRange, sharedRange } from '../../../main/shared/colour/display-range.ts'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import type { CaseSession } from '../case-session.ts'
import type { MapInput } from '../slice/slice-renderer.ts'
import type { CaseState, OverlaySettings } from '../store.ts'

/** The range a map is drawn with. Shared means: over all maps of the case that are not flat. */
export function overlayRange(
  records: readonly SaliencyMap[],
  record: SaliencyMap,
  settings: OverlaySettings,
): DisplayRange {
  if (settings.rangeMode === 'fixed')
    return { low: settings.low, high: settings.high, signed: record.statistics.signed }
  if (settings.rangeMode === 'shared') return sharedRange(records.map((r) => r.statistics))
  return displayRange(record.statistics, settings.rangeMode)
}

/** A map with its settings as the slice renderer takes it; null while its values are not here. */
export function mapInput(session: CaseSession, key: string, settings: OverlaySettings): MapInput | null {
  const layer = session.maps.get(key)
  if (!layer) return null
  const range = overlayRange(session.mapRecords, layer.map, settings)
  const flat = layer.map.statistics.flat || !(range.high > range.low)
  return {
    layer,
    flat,
    linear: settings.sampling === 'linear',
    minimumCluster: settings.minimumCluster,
    outlinePercent: settings.showAs === 'outline' ? settings.outlinePercent : null,
    style: {
      ...range,
      threshold: settings.threshold,
      signed: layer.map.statistics.signed,
      opacity: settings.opacity,
      table: settings.table,
      hideZeros: settings.hideZeros,
    },
  }
}

/** Keys of the maps to draw, the active one last so that it lies on top; none while peeking. */
export function shownMapKeys(state: Pick<CaseState, 'peek' | 'maps' | 'overlays' | 'activeMap'>): string[] {
  if (state.peek) return []
  const visible = state.maps.filter((key) => state.overlays[key]?.visible)
  return visible.sort((a, b) => Number(a === state.activeMap) - Number(b === state.activeMap))
}
