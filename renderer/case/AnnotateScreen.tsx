import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useSession } from '../app/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Notice } from '../ui/Notice.tsx'
import { CaseProvider } from '../viewer/case-context.tsx'
import type { CaseSession } from '../viewer/case-session.ts'
import { BrushPanel, MaskingPanel } from '../viewer/panels/BrushPanel.tsx'
import { MaskHistory } from '../viewer/panels/MaskHistory.tsx'
import { MaskNumbers } from '../viewer/panels/MaskNumbers.tsx'
import { MaskToolbar } from '../viewer/panels/MaskToolbar.tsx'
import { PreviewBar } from '../viewer/panels/PreviewBar.tsx'
import { SegmentPanel } from '../viewer/panels/SegmentPanel.tsx'
import { useViewerKeys } from '../viewer/use-viewer-keys.ts'
import { ViewGrid } from '../viewer/viewport/ViewGrid.tsx'
import { CaseHeader } from './CaseHeader.tsx'
import styles from './case.module.css'
import { MaskDocuments } from './MaskDocuments.tsx'
import { SaveVersion } from './SaveVersion.tsx'
import { useCaseChoice } from './use-case-choice.ts'
import { useCaseStatus } from './use-case-status.tsx'
import { useMaskOrigins } from './use-mask-origins.ts'
import { useOpenCase } from './use-open-case.ts'

/** The mask a reader goes on with: the newest drawn one, never one that another program made. */
function resume(session: CaseSession, origins: ReadonlyMap<string, string>): void {
  const { activeMask, masks } = session.store.getState()
  if (activeMask !== null) return
  const drawn = masks.findLast((id) => origins.get(id) === 'drawn')
  const first = drawn === undefined ? undefined : session.masks.get(drawn)?.document.segments[0]
  if (drawn !== undefined)
    session.store.setState({ activeMask: drawn, activeSegment: first?.value ?? 1, tool: 'brush' })
}

/** Outlines drawn by readers: the case and its masks on the left, the views in the middle, what tools do on the right. */
export default function AnnotateScreen() {
  const choice = useCaseChoice('annotate')
  const navigate = useNavigate()
  const readOnly = useSession().data?.project?.state === 'read-only'
  const { session, error } = useOpenCase(choice.volumeId)
  const origins = useMaskOrigins(choice.volumeId, session)
  const [failure, setFailure] = useState<string | null>(null)
  const save = useRef<(() => void) | null>(null)
  useViewerKeys(session, {
    stepSeries: choice.step,
    save: () => save.current?.(),
    acceptAndNext: () => {
      save.current?.()
      choice.step(1)
    },
  })
  useCaseStatus(session)
  useUnsavedWarning(session)
  useEffect(() => {
    if (session === null) return
    if (session.store.getState().layout === 'four') session.store.setState({ layout: 'large' })
    if (!readOnly) resume(session, origins)
  }, [session, origins, readOnly])
  if (!choice.loading && choice.row === null) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/import')}>Import studies</Button>}>
        Masks are drawn here, slice by slice or in 3-D. There is no case yet.
      </EmptyState>
    )
  }
  return (
    <div className={`${styles.screen} ${styles.annotate}`}>
      <aside className={styles.left} aria-label="Case">
        <CaseHeader choice={choice} />
        {error && <Notice kind="error">{error}</Notice>}
        {session !== null && (
          <CaseProvider session={session}>
            <MaskDocuments origins={origins} />
            <SaveVersion save={save} />
          </CaseProvider>
        )}
      </aside>
      {session === null ? (
        <div className={styles.middle} role="status" aria-label="Opening the case" />
      ) : (
        <CaseProvider key={choice.volumeId} session={session}>
          <div className={styles.middle}>
            <MaskToolbar onFailure={setFailure} />
            <div className={styles.stage}>
              <ViewGrid />
              <PreviewBar />
              {failure !== null && (
                <div className={styles.toast}>
                  <Notice kind="info" actions={<Button onClick={() => setFailure(null)}>Close</Button>}>
                    {failure}
                  </Notice>
                </div>
              )}
            </div>
          </div>
          <aside className={styles.right} aria-label="Mask">
            <SegmentPanel />
            <BrushPanel />
            <MaskingPanel />
            <MaskHistory />
            <MaskNumbers />
          </aside>
        </CaseProvider>
      )}
    </div>
  )
}

/** A window that is closed asks first while a stroke has not reached the project. */
function useUnsavedWarning(session: CaseSession | null): void {
  useEffect(() => {
    if (session === null) return
    const ask = (event: BeforeUnloadEvent) => {
      if ([...session.masks.values()].some(({ sync }) => sync.state !== 'saved')) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [session])
}
