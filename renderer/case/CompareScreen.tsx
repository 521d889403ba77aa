import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Notice } from '../ui/Notice.tsx'
import { CaseProvider, useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import { defaultCompare, type CompareSettings as Settings } from '../viewer/compare/panel-maps.ts'
import type { PlaneName } from '../viewer/geometry/planes.ts'
import { useViewerKeys } from '../viewer/use-viewer-keys.ts'
import { CaseHeader } from './CaseHeader.tsx'
import { ComparePanels } from './ComparePanels.tsx'
import { CompareSettings, MapChooser } from './CompareSettings.tsx'
import { CompareToolbar } from './CompareToolbar.tsx'
import styles from './case.module.css'
import { MapFacts } from './MapFacts.tsx'
import { type CaseChoice, useCaseChoice } from './use-case-choice.ts'
import { useCaseMaps } from './use-case-maps.ts'
import { useCaseStatus } from './use-case-status.tsx'
import { useMapChoices } from './use-compared-maps.ts'
import { useOpenCase } from './use-open-case.ts'

/** Most panels shown before the reader has chosen: more would be too small to judge. */
const FIRST_PANELS = 6

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
  const active = useCaseState((s) => s.activeMap)
  const [chosen, setChosen] = useState<string[] | null>(null)
  const [settings, setSettings] = useState<Settings>(defaultCompare)
  const [plane, setPlane] = useState<PlaneName>('axial')
  const keys = useMemo(
    () =>
      (chosen ?? choices.slice(0, FIRST_PANELS).map((one) => one.key)).filter((key) =>
        choices.some((one) => one.key === key),
      ),
    [chosen, choices],
  )
  const studyId = choice.row?.id ?? ''
  const change = (part: Partial<Settings>) => setSettings((now) => ({ ...now, ...part }))
  return (
    <div className={`${styles.screen} ${styles.annotate}`}>
      <aside className={styles.left} aria-label="Case">
        <CaseHeader choice={choice} />
        {error && <Notice kind="error">{error}</Notice>}
        {choices.length > 0 && <MapChooser choices={choices} chosen={keys} onChange={setChosen} />}
      </aside>
      <div className={styles.middle}>
        <CompareToolbar mode={settings.mode} onMode={(mode) => change({ mode })} plane={plane} onPlane={setPlane}>
          <Button disabled={keys.length === 0} onClick={() => navigate(`/figures/${studyId}`)}>
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
          <ComparePanels keys={keys} choices={choices} settings={settings} plane={plane} />
        )}
      </div>
      <aside className={styles.right} aria-label="Comparison">
        <CompareSettings settings={settings} onChange={change} />
        <MapFacts />
        {active !== null && (
          <div className={styles.footer}>
            <Button onClick={() => navigate(`/viewer/${studyId}?map=${active}`)}>Open in the viewer</Button>
          </div>
        )}
      </aside>
    </div>
  )
}
