import { Button, Checkbox, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconFlag, IconLoader2 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type RefObject, useEffect, useState } from 'react'
import type { Segment } from '../../main/shared/domain/mask.ts'
import { formatCount } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { Section } from '../ui/Section.tsx'
import { useCase } from '../viewer/case-context.tsx'
import { type EditedMask, useEditedMask, useSaving } from '../viewer/panels/use-mask-entry.ts'
import styles from './Annotate.module.css'

/** What keys do with the mask being edited; null while none is. */
export interface MaskActions {
  save(): void
  /** Completes every segment and saves a version; `then` is called once both are in the project. */
  accept(then?: () => void): void
}

/** Freezes the mask as a version nobody changes any more. `actions` is filled for the keys. */
export function SaveVersion({ actions }: { actions: RefObject<MaskActions | null> }) {
  const mask = useEditedMask()
  useSaving(mask)
  if (mask === null) return null
  return <Form key={mask.document.id} mask={mask} actions={actions} />
}

const withStatus = (segments: readonly Segment[], status: Segment['status']) =>
  segments.map((one) => ({ ...one, status }))

function Form({ mask, actions }: { mask: EditedMask; actions: RefObject<MaskActions | null> }) {
  const [comment, setComment] = useState('')
  const { document, sync } = mask
  const freeze = useMutation({
    mutationFn: async (accept: boolean) => {
      if (accept) {
        document.setSegments(withStatus(document.segments, 'completed'))
        await sync.saveSegments()
      }
      return sync.saveVersion(comment.trim())
    },
    onSuccess: () => setComment(''),
  })
  const nothing = useMutation({
    mutationFn: (value: boolean) => {
      document.nothingToMark = value
      return sync.saveSegments()
    },
  })
  const empty = document.counts[0] === document.data.length
  const flagged = document.segments.some(({ status }) => status === 'flagged')
  useEffect(() => {
    actions.current = {
      save: () => freeze.mutate(false),
      accept: (then) => freeze.mutate(true, { onSuccess: then }),
    }
    return () => {
      actions.current = null
    }
  })
  const latest = document.versions.at(-1)
  const error = freeze.error ?? nothing.error
  return (
    <Section title="This mask" note={latest === undefined ? 'no version' : `version ${latest.version}`}>
      <Saving mask={mask} />
      {empty && (
        <Checkbox
          mb={8}
          label="Looked at, nothing to mark"
          checked={document.nothingToMark}
          onChange={(event) => nothing.mutate(event.currentTarget.checked)}
        />
      )}
      <TextInput
        aria-label="Comment of the version"
        placeholder="Comment on the version"
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <div className={`${styles.actions} ${styles.wide}`}>
        <Button
          aria-pressed={flagged}
          leftSection={<IconFlag size={14} stroke={1.5} className={flagged ? styles.flagged : undefined} />}
          onClick={() => mask.changeSegments(withStatus(document.segments, flagged ? 'in-progress' : 'flagged'))}
        >
          {flagged ? 'Flagged' : 'Flag'}
        </Button>
        <Button
          leftSection={<IconCheck size={14} stroke={1.5} />}
          loading={freeze.isPending && freeze.variables}
          onClick={() => freeze.mutate(true)}
        >
          Accept
        </Button>
      </div>
      <div className={`${styles.actions} ${styles.wide}`}>
        <Button variant="filled" loading={freeze.isPending && !freeze.variables} onClick={() => freeze.mutate(false)}>
          Save version <kbd className={styles.key}>Ctrl S</kbd>
        </Button>
      </div>
      <p className={styles.quiet} style={{ marginTop: 8 }}>
        Accept and next case <kbd className={styles.key}>Ctrl Enter</kbd>
      </p>
      {error && <Notice kind="error">{error.message}</Notice>}
    </Section>
  )
}

/** Whether every stroke has reached the project file, since when, and how many no version holds yet. */
function Saving({ mask: { document, sync } }: { mask: EditedMask }) {
  const session = useCase()
  const reopen = useMutation({ mutationFn: () => session.reopenMask(document.id) })
  if (sync.stopped)
    return (
      <Notice
        kind="error"
        title="Not saved."
        actions={
          <Button loading={reopen.isPending} onClick={() => reopen.mutate()}>
            Read it again
          </Button>
        }
      >
        {sync.error?.message} Until then nothing drawn here is saved; reading it again gives up{' '}
        {formatCount(sync.waiting, 'stroke', 'strokes')}.
      </Notice>
    )
  if (sync.state === 'failed')
    return (
      <p className={styles.saving} data-state="failed" role="alert">
        <IconAlertTriangle size={14} stroke={1.5} />
        <span>
          Not saved yet: {formatCount(sync.waiting, 'stroke waits', 'strokes wait')}, trying again.{' '}
          {sync.error?.message}
        </span>
      </p>
    )
  if (sync.state === 'saving')
    return (
      <p className={styles.saving}>
        <IconLoader2 size={14} stroke={1.5} /> Saving {formatCount(sync.waiting, 'stroke', 'strokes')}
      </p>
    )
  const since = sync.strokesSinceVersion
  const version = document.versions.at(-1)?.version
  return (
    <p className={styles.saving}>
      <IconCheck size={14} stroke={1.5} />
      <span>
        {sync.savedAt === null ? 'All saved' : `Stroke saved ${sync.savedAt.toTimeString().slice(0, 8)}`}
        {since > 0 &&
          `, ${formatCount(since, 'stroke', 'strokes')} ${version === undefined ? 'in no version yet' : `since version ${version}`}`}
      </span>
    </p>
  )
}
