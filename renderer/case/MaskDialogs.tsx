import { Button, Modal, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { shell } from '../app/shell.ts'
import { formatCount } from '../ui/format.ts'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useJobAction } from '../ui/useJobAction.ts'
import type { MaskDocument } from '../viewer/mask/document.ts'
import styles from './Annotate.module.css'

const READER = 'saliscope-reader'

/** The reader of this workstation's last mask, offered for the next one. */
const lastReader = () => localStorage.getItem(READER) ?? ''

interface ReaderFieldProps {
  readonly value: string
  readonly known: readonly string[]
  onChange(reader: string): void
}

/** Who draws: a name typed, or one of the project's readers. */
function ReaderField({ value, known, onChange }: ReaderFieldProps) {
  const list = useId()
  return (
    <>
      <TextInput
        label="Reader"
        description="Initials or a code; it stands beside every version and in the tables."
        value={value}
        list={list}
        data-autofocus
        required
        maxLength={100}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {known.map((reader) => (
          <option key={reader} value={reader} />
        ))}
      </datalist>
    </>
  )
}

interface NewMaskProps {
  /** Readers of the project, for suggestions. */
  readonly known: readonly string[]
  /** Readers who have a mask of this image already. */
  readonly here: readonly string[]
  onClose(): void
  onMake(reader: string, segment: string): Promise<void>
}

/** Asks who draws and what is marked first. */
export function NewMask({ known, here, onClose, onMake }: NewMaskProps) {
  const [reader, setReader] = useState(lastReader)
  const [name, setName] = useState('Finding')
  const make = useMutation({
    mutationFn: async () => {
      localStorage.setItem(READER, reader.trim())
      await onMake(reader.trim(), name.trim())
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title="New mask" size="sm" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <ReaderField value={reader} known={known} onChange={setReader} />
        {here.includes(reader.trim()) && (
          <p className={styles.note}>
            {reader.trim()} has a mask of this image already; a second one is kept beside it.
          </p>
        )}
        <TextInput
          mt="sm"
          label="First segment"
          description="What is marked; more segments can be added."
          value={name}
          required
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {make.error && <Notice kind="error">{make.error.message}</Notice>}
        <div className={styles.actions}>
          <Button
            type="submit"
            variant="filled"
            loading={make.isPending}
            disabled={reader.trim() === '' || name.trim() === ''}
          >
            Make the mask
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Modal>
  )
}

interface ImportMaskProps {
  readonly volumeId: string
  readonly known: readonly string[]
  onClose(): void
  onDone(maskIds: readonly string[]): void
}

/** Reads a mask that another program made; it lies beside those drawn here and is marked as imported. */
export function ImportMask({ volumeId, known, onClose, onDone }: ImportMaskProps) {
  const [reader, setReader] = useState(lastReader)
  const job = useJobAction<Record<string, string>>('/api/masks/import', ({ result }) => {
    onDone(Array.isArray(result?.['maskIds']) ? result['maskIds'].map(String) : [])
    onClose()
  })
  const choose = useMutation({
    mutationFn: async () => {
      const [file] = await shell.pickFiles('masks')
      if (file === undefined) return
      job.start({ source: file.handle, volumeId, reader: reader.trim(), origin: 'imported' })
    },
  })
  const failed = job.job?.state === 'failed' ? job.job.failures : []
  const error = choose.error ?? job.error
  return (
    <Modal opened onClose={onClose} title="Import a mask" size="sm" closeButtonProps={{ 'aria-label': 'Close' }}>
      <p className={styles.note}>
        NIfTI on the grid of this image, or a picture of its size as PNG; every value but 0 becomes a segment. DICOM
        segmentations come in with their study, under Import.
      </p>
      <ReaderField value={reader} known={known} onChange={setReader} />
      {error && <Notice kind="error">{error.message}</Notice>}
      {failed.map(({ item, message }) => (
        <Notice key={item} kind="error">
          {message}
        </Notice>
      ))}
      {job.job !== undefined && job.busy && <JobProgress job={job.job} what="files" onCancel={job.cancel} />}
      <div className={styles.actions}>
        <Button
          variant="filled"
          loading={choose.isPending || job.busy}
          disabled={reader.trim() === ''}
          onClick={() => choose.mutate()}
        >
          Choose the file
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </Modal>
  )
}

interface DeleteMaskProps {
  readonly document: MaskDocument
  onClose(): void
  onDelete(): Promise<void>
}

/** Work would be lost for good, so it is asked first. */
export function DeleteMask({ document, onClose, onDelete }: DeleteMaskProps) {
  const remove = useMutation({
    mutationFn: async () => {
      await onDelete()
      onClose()
    },
  })
  const versions = document.versions.length
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Delete the mask of ${document.reader}`}
      size="sm"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className={styles.note}>
        The mask and {versions === 0 ? 'its strokes' : formatCount(versions, 'saved version', 'saved versions')} leave
        the project for good, and with them every measurement made against it. This cannot be undone.
      </p>
      {remove.error && <Notice kind="error">{remove.error.message}</Notice>}
      <div className={styles.actions}>
        <Button variant="filled" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete the mask
        </Button>
        <Button onClick={onClose} data-autofocus>
          Keep it
        </Button>
      </div>
    </Modal>
  )
}
