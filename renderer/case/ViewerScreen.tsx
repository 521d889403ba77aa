import { Button } from '@mantine/core'
import { useNavigate } from 'react-router'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Notice } from '../ui/Notice.tsx'
import { CaseProvider } from '../viewer/case-context.tsx'
import { CaseMessage } from '../viewer/panels/CaseMessage.tsx'
import { MapPanel } from '../viewer/panels/MapPanel.tsx'
import { ToolColumn } from '../viewer/panels/ToolColumn.tsx'
import { ViewToolbar } from '../viewer/panels/ViewToolbar.tsx'
import { useViewerKeys } from '../viewer/use-viewer-keys.ts'
import { ViewGrid } from '../viewer/viewport/ViewGrid.tsx'
import { CaseHeader } from './CaseHeader.tsx'
import { CaseMaps } from './CaseMaps.tsx'
import styles from './case.module.css'
import './follow-saving.ts'
import { MapFacts } from './MapFacts.tsx'
import { MaskDocuments } from './MaskDocuments.tsx'
import { useCaseChoice } from './use-case-choice.ts'
import { useCaseStatus } from './use-case-status.tsx'
import { useMaskOrigins } from './use-mask-origins.ts'
import { useOpenCase } from './use-open-case.ts'

/** One case: what is shown on the left, the picture in the middle, how it is shown on the right. */
export default function ViewerScreen() {
  const choice = useCaseChoice('viewer')
  const navigate = useNavigate()
  const { session, error } = useOpenCase(choice.volumeId)
  useViewerKeys(session, { stepSeries: choice.step })
  useCaseStatus(session)
  const origins = useMaskOrigins(choice.volumeId, session)
  if (!choice.loading && choice.row === null) {
    return (
      <EmptyState action={<Button onClick={() => navigate('/import')}>Import studies</Button>}>
        The viewer shows a case in three planes and 3-D with its maps and masks. There is no case yet.
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <aside className={styles.left} aria-label="Case">
        <CaseHeader choice={choice} />
        {error && <Notice kind="error">{error}</Notice>}
        {session !== null && choice.row !== null && (
          <CaseProvider session={session}>
            <CaseMaps studyId={choice.row.id} />
            <MaskDocuments origins={origins} />
          </CaseProvider>
        )}
      </aside>
      {session === null ? (
        <div className={styles.middle} role="status" aria-label="Opening the case" />
      ) : (
        <CaseProvider key={choice.volumeId} session={session}>
          <div className={styles.middle}>
            <ViewToolbar />
            <div className={styles.stage}>
              <ViewGrid />
              <CaseMessage />
            </div>
          </div>
          <ToolColumn />
          <aside className={styles.right} aria-label="Map">
            <MapPanel />
            <MapFacts />
          </aside>
        </CaseProvider>
      )}
    </div>
  )
}
