import { useEffect, useMemo, useRef } from 'react'
import type { SaliencyMap } from '../../main/shared/domain/map.ts'
import { showMap } from '../viewer/actions.ts'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import { ComparePanel, type PanelValue } from '../viewer/compare/ComparePanel.tsx'
import styles from '../viewer/compare/compare.module.css'
import {
  type CompareSettings,
  columnsFor,
  differenceLayer,
  differenceScale,
  panelInput,
  panelScale,
} from '../viewer/compare/panel-maps.ts'
import { type PlaneName, planeFrame } from '../viewer/geometry/planes.ts'
import { noSignalReason } from '../viewer/slice/signal.ts'
import type { MapInput } from '../viewer/slice/slice-renderer.ts'
import { ColourBar } from '../viewer/viewport/ColourBar.tsx'
import { usePaneSize } from '../viewer/viewport/use-pane-size.ts'
import { gapText } from './CaseMaps.tsx'
import { type MetricColumn, panelValue } from './compare-metrics.ts'
import { type MapChoice, useOpenedMaps } from './use-compared-maps.ts'

/** Height of a panel's name and numbers, and of a bar of its own, for the choice of columns. */
const TEXT_HEIGHT = 86
const BAR_HEIGHT = 54

interface PanelsProps {
  readonly keys: readonly string[]
  readonly choices: readonly MapChoice[]
  readonly settings: CompareSettings
  readonly plane: PlaneName
  readonly columns: readonly MetricColumn[]
}

/** The grid of panels; flip shows one at a time in the same place, so that nothing but the map changes. */
export function ComparePanels({ keys, choices, settings, plane, columns }: PanelsProps) {
  const session = useCaseLayers()
  const grid = useCaseState((s) => s.grid)
  const active = useCaseState((s) => s.activeMap)
  const maximised = useCaseState((s) => s.maximised)
  const failures = useOpenedMaps(session, keys)
  const root = useRef<HTMLDivElement>(null)
  const size = usePaneSize(root)
  const selected = active !== null && keys.includes(active) ? active : keys[0]
  const { mapRecords } = session
  const records = useMemo(
    () => keys.flatMap((key) => mapRecords.find((map) => map.key === key) ?? []),
    [keys, mapRecords],
  )
  useEffect(() => {
    // M goes through what is compared, not through every map of the case.
    session.store.setState({ maps: keys })
    const { activeMap } = session.store.getState()
    if (activeMap === null || !keys.includes(activeMap)) showMap(session.store, keys[0] ?? null)
  }, [keys, session])
  const single = settings.mode === 'flip' || maximised !== null
  const shown = single ? records.filter((map) => map.key === selected) : records
  const frame = planeFrame(grid, plane)
  const aspect = (frame.size[0] * frame.spacing[0]) / (frame.size[1] * frame.spacing[1])
  const text = TEXT_HEIGHT + (settings.range === 'own' ? BAR_HEIGHT : 0)
  const count = columnsFor(shown.length, size.width, size.height, aspect, text)
  return (
    <div ref={root} className={styles.grid} style={{ gridTemplateColumns: `repeat(${count}, minmax(0, 1fr))` }}>
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
          columns={columns}
          barWidth={Math.min(240, size.width / count - 56)}
          onSelect={() => showMap(session.store, map.key)}
        />
      ))}
    </div>
  )
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
  readonly columns: readonly MetricColumn[]
  readonly barWidth: number
  onSelect(): void
}

function MapPanel(props: MapPanelProps) {
  const { map, choice, selected, settings, plane, barWidth, onSelect } = props
  const { input, subtract, refusal } = usePicture(props)
  const own = settings.range === 'own' && !subtract
  return (
    <ComparePanel
      title={choice?.label ?? map.method}
      note={subtract ? 'minus the selected map' : (choice?.note ?? '')}
      plane={plane}
      inputs={input}
      selected={selected}
      refusal={refusal}
      tag={subtract ? 'difference' : own ? 'own range' : null}
      bar={
        own && input.length > 0 && !input[0].flat && barWidth > 90 ? (
          <div className={styles.bar}>
            <ColourBar {...input[0].style} unit={map.target.output} width={barWidth} />
          </div>
        ) : null
      }
      values={valuesOf(props)}
      onSelect={onSelect}
    />
  )
}

const NONE: readonly MapInput[] = []
const UNTRUE = {
  title: 'No difference',
  reason: 'The two maps lie on different grids, or one has no signal.',
}

/** What the panel draws: the map, or its difference to the selected one, in the chosen range. */
function usePicture({ map, reference, records, settings, failure }: MapPanelProps) {
  const session = useCaseLayers()
  const layer = session.maps.get(map.key)
  const other = session.maps.get(reference.key)
  const subtract = settings.mode === 'difference' && map.key !== reference.key
  const difference = useMemo(
    () => (subtract && layer && other ? differenceLayer(layer, other, settings) : null),
    [subtract, layer, other, settings],
  )
  const shown = subtract ? difference : (layer ?? null)
  const input = useMemo(() => {
    const { range } = subtract ? differenceScale(records, settings) : panelScale(map, records, settings)
    return shown === null ? NONE : [panelInput(shown, range, settings)]
  }, [shown, subtract, map, records, settings])
  const untrue = subtract && layer !== undefined && other !== undefined && difference === null
  const reason = noSignalReason(map.statistics)
  const refusal =
    failure !== null
      ? { title: 'Not read', reason: failure }
      : untrue
        ? UNTRUE
        : reason !== null
          ? { title: 'No signal', reason }
          : null
  return { input, subtract, refusal }
}

function valuesOf({ map, records, columns }: MapPanelProps): PanelValue[] {
  const measured = columns.map((column) => panelValue(column, map.key))
  // Where no method compared has a check, a row of dashes would only take room.
  if (records.every((one) => gapText(one.check) === '–' && !one.statistics.flat)) return measured
  const gap = map.statistics.flat ? 'no signal' : gapText(map.check)
  const why = map.warnings[0] ?? (gap === '–' ? 'this method has no completeness check' : 'gap of the self-check')
  return [...measured, { name: 'Gap', text: gap, best: false, why }]
}
