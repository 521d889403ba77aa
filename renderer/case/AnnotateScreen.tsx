import { Button } from '@mantine/core'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { useNavigate } from 'react-router'
import { useSession } from '../app/session.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Notice } from '../ui/Notice.tsx'
import { say } from '../viewer/actions.ts'
import { CaseProvider, useCaseState } from '../viewer/case-context.tsx'
import type { CaseSession } from '../viewer/case-session.ts'
import type { KeyHost } from '../viewer/keys.ts'
import { CaseMessage } from '../viewer/panels/CaseMessage.tsx'
import { MaskHistory } from '../viewer/panels/MaskHistory.tsx'
import { MaskingPanel } from '../viewer/panels/MaskingPanel.tsx'
import { MaskNumbers } from '../viewer/panels/MaskNumbers.tsx'
import { MaskToolbar } from '../viewer/panels/MaskToolbar.tsx'
import { MaskToolSettings } from '../viewer/panels/MaskToolSettings.tsx'
import { PreviewBar } from '../viewer/panels/PreviewBar.tsx'
import { SegmentPanel } from '../viewer/panels/SegmentPanel.tsx'
import { useViewerKeys } from '../viewer/use-viewer-keys.ts'
import { ViewGrid } from '../viewer/viewport/ViewGrid.tsx'
import styles from './Annotate.module.css'
import { AnnotateCases, nextToDo } from './AnnotateCases.tsx'
import { CaseHeader } from './CaseHeader.tsx'
import { MaskDocuments } from './MaskDocuments.tsx'
import { type MaskActions, SaveVersion } from './SaveVersion.tsx'
import { type CaseChoice, useCaseChoice } from './use-case-choice.ts'
import { useCaseStatus } from './use-case-status.tsx'
import { useMaskOrigins } from './use-mask-origins.ts'
import { useOpenCase } from './use-open-case.ts'
import './follow-saving.ts'

/** The mask a reader goes on with: the newest drawn one, never one that another program made. */
function resume(session: CaseSession, origins: ReadonlyMap<string, string>): void {
  const { activeMask, masks } = session.store.getState()
  if (activeMask !== null) return
  const drawn = masks.findLast((id) => origins.get(id) === 'drawn')
  const first = drawn === undefined ? undefined : session.masks.get(drawn)?.document.segments[0]
  if (drawn !== undefined)
    session.store.setState({ activeMask: drawn, activeSegment: first?.value ?? 1, tool: 'brush' })
}

/** What Ctrl+S, Ctrl+Enter, Ctrl+Shift+N and the arrows do on this screen. */
function useHost(
  choice: CaseChoice,
  session: CaseSession | null,
  actions: RefObject<MaskActions | null>,
  readOnly: boolean,
): KeyHost {
  const navigate = useNavigate()
  const tell = (sentence: string) => session !== null && say(session.store, sentence)
  const withMask = (run: (mask: MaskActions) => void) => {
    if (actions.current !== null) run(actions.current)
    else
      tell(
        readOnly
          ? 'The project is read-only, so nothing is saved in it.'
          : 'No mask is being edited, so there is nothing to save.',
      )
  }
  return {
    stepSeries: choice.step,
    save: () => withMask((mask) => mask.save()),
    acceptAndNext: () => withMask((mask) => mask.accept(() => choice.step(1))),
    nextUndone: () => {
      const next = nextToDo(choice.rows, choice.at)
      if (next === null) tell('No other case is to do: every one has a mask.')
      else navigate(`/annotate/${next.id}`)
    },
  }
}

/** Outlines drawn by readers: cases and their masks on the left, the views in the middle, what tools do on the right. */
export default function AnnotateScreen() {
  const choice = useCaseChoice('annotate')
  const navigate = useNavigate()
  const readOnly = useSession().data?.project?.state === 'read-only'
  const { session, error } = useOpenCase(choice.volumeId)
  const origins = useMaskOrigins(choice.volumeId, session)
  const actions = useRef<MaskActions | null>(null)
  useViewerKeys(session, useHost(choice, session, actions, readOnly))
  const hint = useMemo(() => (readOnly ? null : <span>Hold X to erase, [ ] for size</span>), [readOnly])
  useCaseStatus(session, hint)
  const resumed = useRef<CaseSession | null>(null)
  useEffect(() => {
    if (session === null || resumed.current === session) return
    if (session.store.getState().layout === 'four') session.store.setState({ layout: 'planes' })
    if (readOnly || origins.size === 0) return
    // Once for each opening: a reader who stops editing is not put back into it.
    resumed.current = session
    resume(session, origins)
  }, [session, origins, readOnly])
  if (!choice.loading && choice.row === null) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/import')}>Import studies</Button>}>
        Masks are drawn here, slice by slice or in 3-D. There is no case yet.
      </EmptyState>
    )
  }
  return (
    <div className={styles.annotate}>
      <aside className={styles.left} aria-label="Case">
        <CaseHeader choice={choice} />
        {error && <Notice kind="error">{error}</Notice>}
        {session !== null && (
          <CaseProvider session={session}>
            <MaskDocuments origins={origins} />
            <SaveVersion actions={actions} />
          </CaseProvider>
        )}
        <AnnotateCases choice={choice} />
      </aside>
      {session === null ? (
        <div className={styles.middle} role="status" aria-label="Opening the case" />
      ) : (
        <CaseProvider key={choice.volumeId} session={session}>
          <div className={styles.middle}>
            <MaskToolbar />
            <div className={styles.stage}>
              <ViewGrid />
              <PreviewBar />
              <CaseMessage />
            </div>
          </div>
          <aside className={styles.right} aria-label="Mask">
            <MaskPanels readOnly={readOnly} />
          </aside>
        </CaseProvider>
      )}
    </div>
  )
}

/** Settings of the mask being edited, or the sentence on what to do first. */
function MaskPanels({ readOnly }: { readOnly: boolean }) {
  const edited = useCaseState((s) => s.activeMask !== null)
  const masks = useCaseState((s) => s.masks.length)
  if (!edited)
    return (
      <div className={styles.idle} role="status">
        <p>
          {readOnly
            ? 'The project is read-only: masks are shown and can be exported, not changed.'
            : masks === 0
              ? 'No mask of this image yet. Make the first one with New mask, on the left.'
              : 'No mask is being edited. Click one in the list on the left, or make a new one.'}
        </p>
      </div>
    )
  return (
    <>
      <SegmentPanel />
      <MaskToolSettings />
      <MaskingPanel />
      <MaskHistory />
      <MaskNumbers />
    </>
  )
}
