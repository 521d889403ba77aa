import { useEffect, useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { sharedRange } from '../../main/shared/colour/display-range.ts'
import { useMetrics } from '../ui/registries.ts'
import type { CaseSession } from '../viewer/case-session.ts'
import { type CompareSettings, defaultCompare } from '../viewer/compare/panel-maps.ts'
import type { PlaneName } from '../viewer/geometry/planes.ts'
import { useCaseMeasurements } from './CaseMaps.tsx'
import { findingsOf, metricColumns } from './compare-metrics.ts'
import type { MapChoice } from './use-compared-maps.ts'

/** Most panels shown before the reader has chosen: more would be too small to judge. */
const FIRST_PANELS = 6

interface Kept {
  readonly settings: CompareSettings
  readonly plane: PlaneName
  /** Chosen maps by volume. */
  readonly chosen: ReadonlyMap<string, readonly string[]>
}

/** Outlives the screen: a look at another screen and back finds the comparison as it was. */
let kept: Kept = { settings: defaultCompare, plane: 'axial', chosen: new Map() }

/** Which maps are compared and how, remembered while the program runs. `?maps=` of the address chooses them. */
export function useComparison(session: CaseSession, choices: readonly MapChoice[]) {
  const { volumeId } = session.store.getState()
  const [parameters] = useSearchParams()
  const [state, setState] = useState(() => {
    const asked = parameters.get('maps')?.split(',')
    return asked === undefined ? kept : { ...kept, chosen: new Map(kept.chosen).set(volumeId, asked) }
  })
  useEffect(() => {
    kept = state
  }, [state])
  const own = state.chosen.get(volumeId)
  const keys = useMemo(() => {
    const all = choices.map((one) => one.key)
    const first = choices.filter((one) => one.group === choices[0].group).map((one) => one.key)
    // A choice made of maps that are no longer there is no choice.
    const wanted = own?.some((key) => all.includes(key)) || own?.length === 0 ? own : first.slice(0, FIRST_PANELS)
    return all.filter((key) => wanted.includes(key))
  }, [own, choices])
  const change = (part: Partial<CompareSettings>) => {
    if (part.opacity !== undefined) setAllOpacity(session, part.opacity)
    setState((now) => {
      const settings = { ...now.settings, ...part }
      // A fixed range starts where the shared one in real values ends.
      const fixes = part.range === 'fixed' && now.settings.range !== 'fixed'
      const records = session.mapRecords.filter((map) => keys.includes(map.key))
      const reach = Number(sharedRange(records.map((map) => map.statistics)).high.toPrecision(3))
      return { ...now, settings: fixes ? { ...settings, fixed: reach } : settings }
    })
  }
  useOpacityKeys(session, (opacity) => setState((now) => ({ ...now, settings: { ...now.settings, opacity } })))
  return {
    ...state,
    keys,
    change,
    choose: (chosen: string[]) => setState((now) => ({ ...now, chosen: new Map(now.chosen).set(volumeId, chosen) })),
    setPlane: (plane: PlaneName) => {
      session.store.setState({ active: plane })
      setState((now) => ({ ...now, plane }))
    },
  }
}

function setAllOpacity(session: CaseSession, opacity: number): void {
  session.store.setState(({ overlays }) => ({
    overlays: Object.fromEntries(Object.entries(overlays).map(([key, overlay]) => [key, { ...overlay, opacity }])),
  }))
}

/** The keys for opacity change the selected map's overlay; here all panels follow it. */
function useOpacityKeys(session: CaseSession, onOpacity: (opacity: number) => void): void {
  const latest = useRef(onOpacity)
  latest.current = onOpacity
  useEffect(
    () =>
      session.store.subscribe((now, before) => {
        const key = now.activeMap
        if (key === null || key !== before.activeMap) return
        const opacity = now.overlays[key]?.opacity
        if (opacity === undefined || opacity === before.overlays[key]?.opacity) return
        latest.current(opacity)
        if (Object.values(now.overlays).some((overlay) => overlay.opacity !== opacity)) setAllOpacity(session, opacity)
      }),
    [session],
  )
}

/** The numbers under the panels, and which finding they belong to. */
export function useComparedNumbers(volumeId: string, keys: readonly string[]) {
  const measurements = useCaseMeasurements(volumeId).data
  const metrics = useMetrics().data
  const [wanted, setFinding] = useState<string | null>(null)
  const numbers = useMemo(() => {
    const findings = findingsOf(measurements ?? [], keys)
    const finding = findings.find((one) => one.id === wanted) ?? findings[0] ?? null
    return { findings, finding, columns: metricColumns(measurements ?? [], keys, finding, metrics ?? []) }
  }, [measurements, metrics, keys, wanted])
  return { ...numbers, setFinding }
}
