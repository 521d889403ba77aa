import { useEffect, useMemo, useRef } from 'react'
import type { DisplayRange } from '../../main/shared/colour/display-range.ts'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import type { StoredMeasurement } from '../../main/shared/domain/measurement.ts'
import { formatNumber } from '../ui/format.ts'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import { ComparePanel, type PanelValue } from '../viewer/compare/ComparePanel.tsx'
import styles from '../viewer/compare/compare.module.css'
import {
  type CompareSettings,
  columnsFor,
  differenceLayer,
  panelInput,
  panelRange,
} from '../viewer/compare/panel-maps.ts'
import { type PlaneName, planeFrame } from '../viewer/geometry/planes.ts'
import type { MapInput } from '../viewer/slice/slice-renderer.ts'
import { ColourBar } from '../viewer/viewport/ColourBar.tsx'
import { usePaneSize } from '../viewer/viewport/use-pane-size.ts'
import { gapText, useCaseMeasurements } from './CaseMaps.tsx'
import type { MapChoice } from './CompareSettings.tsx'
import { useOpenedMaps } from './use-compared-maps.ts'

/** Height of a panel's name, bar and numbers, for the choice of columns. */
const TEXT_HEIGHT = 84
const METRICS = [
  ['average-precision', 'AP'],
  ['pointing-game', 'Pointing'],
  ['relevance-mass', 'Mass'],
] as const

interface PanelsProps {
  readonly keys: readonly string[]
  readonly choices: readonly MapChoice[]
  readonly settings: CompareSettings
  readonly plane: PlaneName
}

/** The grid of panels; flip shows one at a time in the same place, so that nothing but the map changes. */
export function ComparePanels({ keys, choices, settings, plane }: PanelsProps) {
  const session = useCaseLayers()
  const volumeId = useCaseState((s) => s.volumeId)
  const grid = useCaseState((s) => s.grid)
  const active = useCaseState((s) => s.activeMap)
  const maximised = useCaseState((s) => s.maximised)
  const measurements = useCaseMeasurements(volumeId)
  const failures = useOpenedMaps(session, keys)
  const root = useRef<HTMLDivElement>(null)
  const size = usePaneSize(root)
  const selected = active !== null && keys.includes(active) ? active : keys[0]
  const { mapRecords } = session
  const records = useMemo(
    () => keys.flatMap((key) => mapRecords.find((map) => map.key === key) ?? []),
    [keys, mapRecords],
  )
  // M goes through what is compared, not through every map of the case.
  useEffect(() => session.store.setState({ maps: keys }), [keys, session])
  const single = settings.mode === 'flip' || maximised !== null
  const shown = single ? records.filter((map) => map.key === selected) : records
  const frame = planeFrame(grid, plane)
  const aspect = (frame.size[0] * frame.spacing[0]) / (frame.size[1] * frame.spacing[1])
  const columns = columnsFor(shown.length, size.width, size.height, aspect, TEXT_HEIGHT)
  const best = useMemo(() => bestOf(keys, measurements.data ?? []), [keys, measurements.data])
  return (
    <div ref={root} className={styles.grid} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {shown.map((map) => (
        <MapPanel
          key={single ? 'single' : map.key}
          map={map}
          reference={records.find((one) => one.key === selected) ?? map}
          records={records}
          choice={choices.find((one) => one.key === map.key)}
          selected={map.key === selected}
          settings={settings}
          plane={plane}
          failure={failures.get(map.key) ?? null}
          own={(measurements.data ?? []).filter((one) => one.mapKey === map.key)}
          best={best}
          barWidth={Math.min(240, size.width / columns - 56)}
          onSelect={() => session.store.setState({ activeMap: map.key })}
        />
      ))}
    </div>
  )
}

/** Highest value of each metric among the compared maps; a metric measured once has no best. */
function bestOf(keys: readonly string[], all: readonly StoredMeasurement[]): ReadonlyMap<string, number> {
  const best = new Map<string, number>()
  for (const [metric] of METRICS) {
    const values = all
      .filter((one) => one.metric === metric && keys.includes(one.mapKey))
      .flatMap((one) => one.value ?? [])
    if (values.length > 1) best.set(metric, Math.max(...values))
  }
  return best
}

interface MapPanelProps {
  readonly map: SaliencyMap
  readonly reference: SaliencyMap
  readonly records: readonly SaliencyMap[]
  readonly choice: MapChoice | undefined
  readonly selected: boolean
  readonly settings: CompareSettings
  readonly plane: PlaneName
  readonly failure: string | null
  readonly own: readonly StoredMeasurement[]
  readonly best: ReadonlyMap<string, number>
  readonly barWidth: number
  onSelect(): void
}

function MapPanel(props: MapPanelProps) {
  const { map, choice, selected, settings, plane, failure, barWidth, onSelect } = props
  const { input, range, subtract, refusal } = usePicture(props)
  const share = subtract || settings.range === 'share'
  const scale = share ? Math.max(Math.abs(range.low), Math.abs(range.high)) || 1 : 1
  return (
    <ComparePanel
      title={choice?.label ?? map.method}
      note={subtract ? 'minus the selected map, shares of their maxima' : (choice?.note ?? '')}
      plane={plane}
      inputs={input}
      selected={selected}
      refusal={failure ?? refusal}
      tag={subtract ? 'difference' : settings.range === 'own' ? 'own range' : null}
      bar={
        input.length > 0 && !input[0].flat && barWidth > 90 ? (
          <div className={styles.bar}>
            <ColourBar
              table={input[0].style.table}
              low={range.low / scale}
              high={range.high / scale}
              threshold={input[0].style.threshold / scale}
              signed={input[0].style.signed}
              opacity={settings.opacity}
              unit={share ? 'of maximum' : ''}
              width={barWidth}
            />
          </div>
        ) : null
      }
      values={valuesOf(props)}
      onSelect={onSelect}
    />
  )
}

const NONE: readonly MapInput[] = []
const DIFFERENCE: DisplayRange = { low: -1, high: 1, signed: true }

/** What the panel draws: the map, or its difference to the selected one, in the chosen range. */
function usePicture({ map, reference, records, settings }: MapPanelProps) {
  const session = useCaseLayers()
  const layer = session.maps.get(map.key)
  const other = session.maps.get(reference.key)
  const subtract = settings.mode === 'difference' && map.key !== reference.key
  const difference = useMemo(
    () => (subtract && layer && other ? differenceLayer(layer, other) : null),
    [subtract, layer, other],
  )
  const shown = subtract ? difference : (layer ?? null)
  const range = useMemo(
    () => (subtract ? DIFFERENCE : panelRange(map, records, settings.range)),
    [subtract, map, records, settings.range],
  )
  const input = useMemo(() => (shown === null ? NONE : [panelInput(shown, range, settings)]), [shown, range, settings])
  const untrue = subtract && layer !== undefined && other !== undefined && difference === null
  return {
    input,
    range,
    subtract,
    refusal: untrue
      ? 'These two maps lie on different grids, or one has no signal; their difference would not be true.'
      : null,
  }
}

function valuesOf({ map, own, best }: MapPanelProps): PanelValue[] {
  const measured = METRICS.flatMap(([metric, name]): PanelValue[] => {
    const found = own.findLast((one) => one.metric === metric)
    if (found === undefined) return []
    return [
      {
        name,
        text: found.value === null ? 'not defined' : formatNumber(found.value),
        best: found.value !== null && found.value === best.get(metric),
        why: found.reason ?? (found.chance === null ? undefined : `chance ${formatNumber(found.chance)}`),
      },
    ]
  })
  const gap = map.statistics.flat ? 'no signal' : gapText(map.check)
  return [...measured, { name: 'Gap', text: gap, best: false, why: map.warnings[0] }]
}
