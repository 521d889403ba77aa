import { Menu, Tooltip } from '@mantine/core'
import { IconDots, IconEye, IconEyeOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Mask } from '../../main/shared/domain/mask.ts'
import { compressedNiftiOfMask } from '../../main/shared/geometry/nifti-mask.ts'
import { apiFetch, sendJson } from '../app/api.ts'
import { saveFile } from '../app/save-file.ts'
import { formatCount, formatWhen } from '../ui/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { useCaseLayers, useCaseState } from '../viewer/case-context.tsx'
import type { MaskEntry } from '../viewer/case-session.ts'
import { restoreVersion } from '../viewer/mask/restore.ts'
import panel from '../viewer/panels/panels.module.css'
import { useSaving } from '../viewer/panels/use-mask-entry.ts'
import styles from './Annotate.module.css'
import { DeleteMask } from './MaskDialogs.tsx'

const ORIGIN: Record<Mask['origin'], string> = { drawn: '', imported: 'imported', truth: 'ground truth' }
/** Opacity of a mask's area where it is shown as more than its outline. */
const TINT = 0.3

interface RowProps {
  readonly entry: MaskEntry
  readonly origin: Mask['origin']
  readonly current: boolean
  readonly readOnly: boolean
  onEdit(): void
}

/** One mask of the image: whose it is, how many versions, whether it is seen, and what can be done with it. */
export function MaskRow({ entry, origin, current, readOnly, onEdit }: RowProps) {
  const { document } = entry
  const session = useCaseLayers()
  const shown = useCaseState((s) => s.maskShown[document.id]) ?? { visible: true, fill: 0 }
  const [problem, setProblem] = useState<string | null>(null)
  useSaving(entry)
  const Eye = shown.visible ? IconEye : IconEyeOff
  const versions = document.versions.length
  const note = [ORIGIN[origin], versions > 0 ? `v${versions}` : 'no version'].filter(Boolean).join(', ')
  const show = (change: Partial<typeof shown>) =>
    session.store.setState((s) => ({ maskShown: { ...s.maskShown, [document.id]: { ...shown, ...change } } }))
  return (
    <>
      <li className={`${panel.row} ${styles.mask}`} data-current={current} data-hidden={!shown.visible}>
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
          aria-label={`${shown.visible ? 'Hide' : 'Show'} the mask of ${document.reader}`}
          onClick={() => show({ visible: !shown.visible })}
        >
          <Eye size={16} stroke={1.5} />
        </button>
        <MaskMenu
          entry={entry}
          readOnly={readOnly}
          tinted={shown.fill > 0}
          onTint={() => show({ fill: shown.fill > 0 ? 0 : TINT })}
          onProblem={setProblem}
        />
      </li>
      {problem !== null && (
        <li>
          <Notice kind="error">{problem}</Notice>
        </li>
      )}
    </>
  )
}

interface MenuProps {
  readonly entry: MaskEntry
  readonly readOnly: boolean
  readonly tinted: boolean
  onTint(): void
  onProblem(sentence: string | null): void
}

function MaskMenu({ entry, readOnly, tinted, onTint, onProblem }: MenuProps) {
  const { document } = entry
  const session = useCaseLayers()
  const [deleting, setDeleting] = useState(false)
  const work = useMutation({
    mutationFn: (action: () => Promise<void>) => action(),
    onMutate: () => onProblem(null),
    onError: (error) => onProblem(error.message),
  })
  const voxelsOf = async (version: number) =>
    new Uint8Array(await (await apiFetch(`/api/masks/${document.id}/voxels?version=${version}`)).arrayBuffer())
  const download = (version: number | null) => async () => {
    const name = `mask-${document.reader}${version === null ? '' : `-v${version}`}.nii.gz`
    await saveFile('mask', name, async () =>
      compressedNiftiOfMask(version === null ? document.data : await voxelsOf(version), document.grid),
    )
  }
  const restore = (version: number) => async () => {
    restoreVersion(document, version, await voxelsOf(version))
  }
  const remove = async () => {
    await sendJson('DELETE', `/api/masks/${document.id}`)
    session.forgetMask(document.id)
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className={panel.rowIcon} aria-label={`More for the mask of ${document.reader}`}>
            <IconDots size={16} stroke={1.5} />
          </button>
        </Menu.Target>
        <Menu.Dropdown className={styles.menu}>
          <Menu.Item onClick={onTint}>{tinted ? 'Show the outline only' : 'Tint the area too'}</Menu.Item>
          <Menu.Item onClick={() => work.mutate(download(null))}>Export as NIfTI</Menu.Item>
          {document.versions.length > 0 && <Menu.Label>Versions, newest first</Menu.Label>}
          {[...document.versions].reverse().map(({ version, comment, savedAt }) => (
            <fieldset key={version} className={styles.version} aria-label={`Version ${version}`}>
              <span title={comment}>
                {version}
                {comment === '' ? '' : `: ${comment}`}
              </span>
              <span className={styles.quiet}>{formatWhen(savedAt, new Date())}</span>
              <Menu.Item
                aria-label={`Bring back version ${version}`}
                disabled={readOnly}
                onClick={() => work.mutate(restore(version))}
              >
                Bring back
              </Menu.Item>
              <Menu.Item
                aria-label={`Export version ${version} as NIfTI`}
                onClick={() => work.mutate(download(version))}
              >
                Export
              </Menu.Item>
            </fieldset>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={readOnly} onClick={() => setDeleting(true)}>
            Delete with {formatCount(document.versions.length, 'version', 'versions')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {deleting && <DeleteMask document={document} onClose={() => setDeleting(false)} onDelete={remove} />}
    </>
  )
}
