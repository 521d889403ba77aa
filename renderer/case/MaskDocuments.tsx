import { Button, Menu, Modal, TextInput, Tooltip } from '@mantine/core'
import { IconDots, IconEye, IconEyeOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { apiFetch, sendJson } from '../app/api.ts'
import { saveFile } from '../app/save-file.ts'
import { useSession } from '../app/session.ts'
import { shell } from '../app/shell.ts'
import { formatCount, formatWhen } from '../ui/format.ts'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Section } from '../ui/Section.tsx'
import { useJobAction } from '../ui/useJobAction.ts'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import type { MaskEntry } from '../viewer/case-session.ts'
import { restoreVersion } from '../viewer/mask/restore.ts'
import panel from '../viewer/panels/panels.module.css'
import { nextSegment } from '../viewer/panels/SegmentPanel.tsx'
import { useSaving } from '../viewer/panels/use-mask-entry.ts'
import styles from './case.module.css'

const READER = 'saliscope-reader'
const ORIGIN: Record<Mask['origin'], string> = { drawn: '', imported: 'imported', truth: 'ground truth' }

/** Masks of the image by reader: which are seen, which one is edited, new ones, and those that other programs made. */
export function MaskDocuments({ origins }: { origins: ReadonlyMap<string, Mask['origin']> }) {
  const session = useCaseLayers()
  const project = useSession().data?.project
  const masks = useCaseState((s) => s.masks)
  const active = useCaseState((s) => s.activeMask)
  const [asking, setAsking] = useState(false)
  const volumeId = useCaseState((s) => s.volumeId)
  const readOnly = project?.state === 'read-only'
  const edit = (id: string | null) => {
    const first = id === null ? undefined : session.masks.get(id)?.document.segments[0]
    session.store.setState({ activeMask: id, activeSegment: first?.value ?? 1 })
  }
  return (
    <Section title="Masks" note={masks.length > 1 ? String(masks.length) : undefined}>
      {masks.length === 0 && (
        <p className={styles.quiet}>No mask yet. A mask belongs to one reader; every saved version is kept.</p>
      )}
      <ul className={panel.list} aria-label="Masks">
        {masks.map((id) => {
          const entry = session.masks.get(id)
          if (entry === undefined) return null
          return (
            <MaskRow
              key={id}
              entry={entry}
              origin={origins.get(id) ?? 'drawn'}
              current={id === active}
              readOnly={readOnly}
              onEdit={() => edit(id === active ? null : id)}
              onRemoved={() => edit(null)}
            />
          )
        })}
      </ul>
      {readOnly ? (
        <p className={styles.finding}>{project?.reason}</p>
      ) : (
        <div className={styles.actions}>
          <Button onClick={() => setAsking(true)}>New mask</Button>
          <ImportMask volumeId={volumeId} onDone={() => void session.refreshMasks()} />
        </div>
      )}
      {asking && (
        <NewMask
          onClose={() => setAsking(false)}
          onReader={async (reader, name) => {
            const first = nextSegment([])
            const made = await session.createMask(reader, first === null ? [] : [{ ...first, name }])
            edit(made.document.id)
            session.store.setState({ tool: 'brush' })
          }}
        />
      )}
    </Section>
  )
}

function NewMask({ onClose, onReader }: { onClose(): void; onReader(reader: string, name: string): Promise<void> }) {
  const [reader, setReader] = useState(localStorage.getItem(READER) ?? '')
  const [name, setName] = useState('Finding')
  const make = useMutation({
    mutationFn: async () => {
      localStorage.setItem(READER, reader.trim())
      await onReader(reader.trim(), name.trim())
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title="New mask" size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <TextInput
          label="Reader"
          description="Initials or a code; it stands beside every version and in the tables."
          value={reader}
          data-autofocus
          required
          maxLength={100}
          onChange={(event) => setReader(event.currentTarget.value)}
        />
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

function ImportMask({ volumeId, onDone }: { volumeId: string; onDone(): void }) {
  const job = useJobAction<Record<string, string>>('/api/masks/import', onDone)
  const choose = useMutation({
    mutationFn: async () => {
      const [file] = await shell.pickFiles('masks')
      if (file === undefined) return
      const reader = localStorage.getItem(READER) ?? 'imported'
      job.start({ source: file.handle, volumeId, reader, origin: 'imported' })
    },
  })
  const error = choose.error ?? job.error
  return (
    <>
      <Button loading={choose.isPending || job.busy} onClick={() => choose.mutate()}>
        Import NIfTI or PNG
      </Button>
      {job.job !== undefined && job.job.state !== 'done' && (
        <JobProgress job={job.job} what="Reading the mask" onCancel={job.cancel} />
      )}
      {error && <Notice kind="error">{error.message}</Notice>}
    </>
  )
}

interface RowProps {
  readonly entry: MaskEntry
  readonly origin: Mask['origin']
  readonly current: boolean
  readonly readOnly: boolean
  onEdit(): void
  onRemoved(): void
}

function MaskRow({ entry, origin, current, readOnly, onEdit, onRemoved }: RowProps) {
  const { document } = entry
  const session = useCaseLayers()
  const shown = useCaseState((s) => s.maskShown[document.id]?.visible ?? true)
  useSaving(entry)
  const Eye = shown ? IconEye : IconEyeOff
  const versions = document.versions.length
  const note = [ORIGIN[origin], versions > 0 ? `v${versions}` : 'no version'].filter(Boolean).join(', ')
  const toggle = () =>
    session.store.setState((s) => ({
      maskShown: {
        ...s.maskShown,
        [document.id]: { fill: s.maskShown[document.id]?.fill ?? 0, visible: !shown },
      },
    }))
  return (
    <li className={`${panel.row} ${styles.mask}`} data-current={current} data-hidden={!shown}>
      <span className={panel.chip} style={{ background: document.segments[0]?.colour ?? 'var(--tx-3)' }} />
      <Tooltip label={readOnly ? 'The project is read-only' : current ? 'Stop editing' : 'Edit this mask'}>
        <button
          type="button"
          className={panel.rowName}
          aria-pressed={current}
          aria-disabled={readOnly}
          onClick={() => !readOnly && onEdit()}
        >
          {document.reader}
        </button>
      </Tooltip>
      <span className={panel.rowNote} title={formatCount(versions, 'saved version', 'saved versions')}>
        {note}
      </span>
      <button
        type="button"
        className={panel.rowIcon}
        aria-label={`${shown ? 'Hide' : 'Show'} the mask of ${document.reader}`}
        onClick={toggle}
      >
        <Eye size={16} stroke={1.5} />
      </button>
      <MaskMenu entry={entry} readOnly={readOnly} onRemoved={onRemoved} />
    </li>
  )
}

function MaskMenu({ entry, readOnly, onRemoved }: { entry: MaskEntry; readOnly: boolean; onRemoved(): void }) {
  const { document } = entry
  const session = useCaseLayers()
  const work = useMutation({ mutationFn: (action: () => Promise<void>) => action() })
  const download = (version: number | null) => async () => {
    const which = version === null ? '' : `&version=${version}`
    const name = `mask-${document.reader}${version === null ? '' : `-v${version}`}.nii.gz`
    await saveFile('mask', name, async () =>
      (await apiFetch(`/api/masks/${document.id}/export?format=nifti${which}`)).blob(),
    )
  }
  const restore = (version: number) => async () => {
    const response = await apiFetch(`/api/masks/${document.id}/voxels?version=${version}`)
    restoreVersion(document, version, new Uint8Array(await response.arrayBuffer()))
  }
  const remove = async () => {
    await sendJson('DELETE', `/api/masks/${document.id}`)
    session.forgetMask(document.id)
    onRemoved()
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className={panel.rowIcon} aria-label={`More for the mask of ${document.reader}`}>
            <IconDots size={16} stroke={1.5} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => work.mutate(download(null))}>Export as NIfTI</Menu.Item>
          {document.versions.length > 0 && <Menu.Label>Bring back</Menu.Label>}
          {[...document.versions].reverse().map((one) => (
            <Menu.Item
              key={one.version}
              disabled={readOnly}
              onClick={() => work.mutate(restore(one.version))}
              rightSection={<span className={styles.under}>{formatWhen(one.savedAt, new Date())}</span>}
            >
              Version {one.version}
              {one.comment === '' ? '' : `: ${one.comment}`}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={readOnly} onClick={() => work.mutate(remove)}>
            Delete with {formatCount(document.versions.length, 'version', 'versions')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {work.error && <Notice kind="error">{work.error.message}</Notice>}
    </>
  )
}
