import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { useSession } from '../app/session.ts'
import { formatCount } from '../ui/format.ts'
import { Section } from '../ui/Section.tsx'
import { say } from '../viewer/actions.ts'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import panel from '../viewer/panels/panels.module.css'
import { nextSegment } from '../viewer/panels/SegmentPanel.tsx'
import { useStudies } from '../worklist/WorklistScreen.tsx'
import styles from './Annotate.module.css'
import { ImportMask, NewMask } from './MaskDialogs.tsx'
import { MaskRow } from './MaskRow.tsx'

/** Masks of the image by reader: which are seen, which one is edited, new ones, and those that other programs made. */
export function MaskDocuments({ origins }: { origins: ReadonlyMap<string, Mask['origin']> }) {
  const session = useCaseLayers()
  const project = useSession().data?.project
  const studies = useStudies().data ?? []
  const masks = useCaseState((s) => s.masks)
  const active = useCaseState((s) => s.activeMask)
  const volumeId = useCaseState((s) => s.volumeId)
  const [asking, setAsking] = useState<'new' | 'import' | null>(null)
  const readOnly = project?.state === 'read-only'
  const known = [...new Set(studies.flatMap((row) => row.masks.map(({ reader }) => reader)))].sort()
  const entries = masks.flatMap((id) => session.masks.get(id) ?? [])
  const edit = (id: string | null) => {
    const first = id === null ? undefined : session.masks.get(id)?.document.segments[0]
    session.store.setState({ activeMask: id, activeSegment: first?.value ?? 1, outline: null, message: null })
  }
  const make = async (reader: string, name: string) => {
    const first = nextSegment([])
    const made = await session.createMask(reader, first === null ? [] : [{ ...first, name }])
    edit(made.document.id)
    session.store.setState({ tool: 'brush' })
  }
  const imported = (ids: readonly string[]) => {
    const tell = (sentence: string) => say(session.store, sentence)
    session.refreshMasks().then(
      () => {
        const read = ids.flatMap((id) => session.masks.get(id)?.document ?? [])
        const segments = read.reduce((sum, one) => sum + one.segments.length, 0)
        tell(`Read as a mask of ${read[0]?.reader ?? ''}: ${formatCount(segments, 'segment', 'segments')}.`)
      },
      (error: unknown) => tell(error instanceof Error ? error.message : String(error)),
    )
  }
  return (
    <Section title="Masks" note={masks.length > 1 ? String(masks.length) : undefined}>
      {masks.length === 0 && (
        <p className={styles.quiet}>No mask yet. A mask belongs to one reader; every saved version is kept.</p>
      )}
      <ul className={panel.list} aria-label="Masks">
        {entries.map((entry) => (
          <MaskRow
            key={entry.document.id}
            entry={entry}
            origin={origins.get(entry.document.id) ?? 'drawn'}
            current={entry.document.id === active}
            readOnly={readOnly}
            onEdit={() => edit(entry.document.id === active ? null : entry.document.id)}
          />
        ))}
      </ul>
      {readOnly ? (
        <p className={styles.finding}>Read-only: {project?.reason}</p>
      ) : (
        <div className={styles.actions}>
          <Button onClick={() => setAsking('new')}>New mask</Button>
          <Button onClick={() => setAsking('import')}>Import</Button>
        </div>
      )}
      {asking === 'new' && (
        <NewMask
          known={known}
          here={entries.map(({ document }) => document.reader)}
          onClose={() => setAsking(null)}
          onMake={make}
        />
      )}
      {asking === 'import' && (
        <ImportMask volumeId={volumeId} known={known} onClose={() => setAsking(null)} onDone={imported} />
      )}
    </Section>
  )
}
