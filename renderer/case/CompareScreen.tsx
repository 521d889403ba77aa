import { Button, SegmentedControl } from '@mantine/core'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { figureAddress } from '../figure/address.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Section } from '../ui/Section.tsx'
import { setPoint } from '../viewer/actions.ts'
import { CaseProvider, useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import compare from '../viewer/compare/compare.module.css'
import { strongestOffset } from '../viewer/compare/panel-maps.ts'
import { indexToPatient } from '../viewer/geometry/affine.ts'
import { type PlaneName, planeNames } from '../viewer/geometry/planes.ts'
import panel from '../viewer/panels/panels.module.css'
import { useViewerKeys } from '../viewer/use-viewer-keys.ts'
import { CaseHeader } from './CaseHeader.tsx'
import { CompareChooser } from './CompareChooser.tsx'
import { CompareFooter } from './CompareFooter.tsx'
import { ComparePanels } from './ComparePanels.tsx'
import { CompareSettings, MeasuredAgainst } from './CompareSettings.tsx'
import { CompareToolbar } from './CompareToolbar.tsx'
import styles from './case.module.css'
import { MapFacts } from './MapFacts.tsx'
import { type CaseChoice, useCaseChoice } from './use-case-choice.ts'
import { useCaseMaps } from './use-case-maps.ts'
import { useCaseStatus } from './use-case-status.tsx'
import { type MapChoice, useMapChoices, withGroups } from './use-compared-maps.ts'
import { useComparedNumbers, useComparison } from './use-comparison.ts'
import { useOpenCase } from './use-open-case.ts'

/** Methods side by side over one case: every panel moves, scrolls and is windowed with the others. */
export default function CompareScreen() {
  const choice = useCaseChoice('compare')
  const navigate = useNavigate()
  const { session, error } = useOpenCase(choice.volumeId)
  useViewerKeys(session, { stepSeries: choice.step })
  useCaseStatus(session)
  if (!choice.loading && choice.row === null) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/import')}>Import studies</Button>}>
        Maps of several methods stand side by side here. There is no case yet.
      </EmptyState>
    )
  }
  if (session === null)
    return (
      <div className={`${styles.screen} ${styles.annotate}`}>
        <aside className={styles.left} aria-label="Case">
          <CaseHeader choice={choice} />
          {error && <Notice kind="error">{error}</Notice>}
        </aside>
        <div className={styles.middle} role="status" aria-label="Opening the case" />
      </div>
    )
  return (
    <CaseProvider key={choice.volumeId} session={session}>
      <OpenComparison choice={choice} error={error} />
    </CaseProvider>
  )
}

function OpenComparison({ choice, error }: { choice: CaseChoice; error: string | null }) {
  const session = useCaseLayers()
  useCaseMaps(session)
  const navigate = useNavigate()
  const choices = useMapChoices(session.mapRecords)
  const volumeId = useCaseState((s) => s.volumeId)
  const comparison = useComparison(session, choices)
  const { keys, settings, plane } = comparison
  const numbers = useComparedNumbers(volumeId, keys)
  const studyId = choice.row?.id ?? ''
  const makeFigure = () => navigate(figureAddress(studyId, { ...session.store.getState(), keys, settings, plane }))
  return (
    <div className={`${styles.screen} ${styles.annotate}`}>
      <aside className={styles.left} aria-label="Case">
        <CaseHeader choice={choice} />
        {error && <Notice kind="error">{error}</Notice>}
        {choices.length > 0 && <CompareChooser choices={choices} chosen={keys} onChange={comparison.choose} />}
      </aside>
      <div className={styles.middle}>
        <CompareToolbar mode={settings.mode} onMode={(mode) => comparison.change({ mode })}>
          <Button disabled={keys.length === 0} onClick={makeFigure}>
            Make figure
          </Button>
        </CompareToolbar>
        {choices.length === 0 ? (
          <EmptyState action={<Button onClick={() => navigate(`/compute?study=${studyId}`)}>Compute maps</Button>}>
            No maps for this case yet. Compute several methods, and they stand side by side here.
          </EmptyState>
        ) : keys.length === 0 ? (
          <EmptyState>Choose at least one map on the left.</EmptyState>
        ) : (
          <div className={compare.body}>
            <ComparePanels
              keys={keys}
              choices={withGroups(choices, keys)}
              settings={settings}
              plane={plane}
              columns={numbers.columns}
            />
            <CompareFooter keys={keys} settings={settings} plane={plane} />
          </div>
        )}
      </div>
      <aside className={styles.right} aria-label="Comparison">
        <PlaneChoice plane={plane} onPlane={comparison.setPlane} />
        <CompareSettings settings={settings} onChange={comparison.change} />
        <MeasuredAgainst {...numbers} onFinding={numbers.setFinding} />
        <SelectedMap studyId={studyId} choices={choices} />
      </aside>
    </div>
  )
}

const PLANES: Record<PlaneName, string> = { axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal' }

/** The plane of all panels; pictures of one slice have none. */
function PlaneChoice({ plane, onPlane }: { plane: PlaneName; onPlane(plane: PlaneName): void }) {
  const flat = useCaseState((s) => s.grid.dims[2] === 1)
  const { store } = useCaseLayers()
  // Keys scroll the active plane: here it is the one that all panels show.
  useEffect(() => store.setState({ active: plane }), [store, plane])
  if (flat) return null
  return (
    <Section title="Plane">
      <SegmentedControl
        fullWidth
        aria-label="Plane"
        data={planeNames.map((value) => ({ value, label: PLANES[value] }))}
        value={plane}
        onChange={(value) => onPlane(value as PlaneName)}
      />
    </Section>
  )
}

/** The selected panel's map: its facts, a way to its strongest position and to the viewer. */
function SelectedMap({ studyId, choices }: { studyId: string; choices: readonly MapChoice[] }) {
  const session = useCaseLayers()
  const navigate = useNavigate()
  const active = useCaseState((s) => s.activeMap)
  const layer = active === null ? undefined : session.maps.get(active)
  if (active === null) return null
  const toStrongest = () => {
    if (layer === undefined) return
    const at = strongestOffset(layer.data)
    const [ni, nj] = layer.grid.dims
    const index = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))] as const
    const { active: plane } = session.store.getState()
    setPoint(session.store, plane === 'volume' ? 'axial' : plane, indexToPatient(layer.grid, index))
  }
  const choice = choices.find((one) => one.key === active)
  return (
    <>
      <Section title={choice?.label ?? 'Selected map'} note="selected">
        <div className={panel.buttons}>
          <Button onClick={() => navigate(`/viewer/${studyId}?map=${active}`)}>Open in viewer</Button>
          <Button disabled={layer === undefined || layer.map.statistics.flat} onClick={toStrongest}>
            Go to maximum
          </Button>
        </div>
      </Section>
      <MapFacts />
    </>
  )
}
