import { Button, Checkbox, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconLoader2 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type RefObject, useEffect, useState } from 'react'
import { Notice } from '../ui/Notice.tsx'
import { Section } from '../ui/Section.tsx'
import { type EditedMask, useEditedMask, useSaving } from '../viewer/panels/use-mask-entry.ts'
import styles from './case.module.css'

/** Freezes the mask as a version nobody changes any more. `save` is filled for the key that saves. */
export function SaveVersion({ save }: { save: RefObject<(() => void) | null> }) {
  const mask = useEditedMask()
  useSaving(mask)
  if (mask === null) return null
  return <Form key={mask.document.id} mask={mask} save={save} />
}

function Form({ mask, save }: { mask: EditedMask; save: RefObject<(() => void) | null> }) {
  const [comment, setComment] = useState('')
  const { document, sync } = mask
  const freeze = useMutation({
    mutationFn: () => sync.saveVersion(comment.trim()),
    onSuccess: () => setComment(''),
  })
  const nothing = useMutation({
    mutationFn: (value: boolean) => {
      document.nothingToMark = value
      return sync.saveSegments()
    },
  })
  const empty = document.counts[0] === document.data.length
  useEffect(() => {
    save.current = () => freeze.mutate()
    return () => {
      save.current = null
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
        placeholder="Comment, such as first reading"
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <div className={styles.actions}>
        <Button variant="filled" loading={freeze.isPending} onClick={() => freeze.mutate()}>
          Save version <kbd className={styles.key}>Ctrl S</kbd>
        </Button>
      </div>
      {error && <Notice kind="error">{error.message}</Notice>}
    </Section>
  )
}

/** Whether every stroke has reached the project file, and since when. */
function Saving({ mask: { sync } }: { mask: EditedMask }) {
  if (sync.state === 'failed')
    return (
      <p className={styles.finding} role="alert">
        <IconAlertTriangle size={14} stroke={1.5} /> Not saved yet, trying again: {sync.error?.message}
      </p>
    )
  if (sync.state === 'saving')
    return (
      <p className={styles.quiet}>
        <IconLoader2 size={14} stroke={1.5} /> Saving
      </p>
    )
  return (
    <p className={styles.quiet}>
      <IconCheck size={14} stroke={1.5} />{' '}
      {sync.savedAt === null
        ? 'Every stroke is saved as it is made'
        : `Stroke saved ${sync.savedAt.toTimeString().slice(0, 8)}`}
    </p>
  )
}
