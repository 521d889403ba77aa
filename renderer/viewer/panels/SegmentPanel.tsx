import { ActionIcon, Menu, TextInput, Tooltip } from '@mantine/core'
import { IconDots, IconEye, IconEyeOff, IconFocus2, IconLock, IconLockOpen, IconPlus } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { labelColour, labelColours } from '../../../main/shared/colour/labels.ts'
import type { Segment } from '../../../main/shared/domain/mask.ts'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { useCase, useCaseState } from '../case-context.tsx'
import { runCommand, titleWithKey } from '../keys.ts'
import { clearSegment } from '../mask/restore.ts'
import tools from './mask-tools.module.css'
import styles from './panels.module.css'
import { type EditedMask, useEditedMask } from './use-mask-entry.ts'

const STATUS: Record<Segment['status'], string> = {
  'not-started': 'not started',
  'in-progress': 'in progress',
  completed: 'completed',
  flagged: 'flagged',
}

/** The first value no segment has, with its colour. */
export function nextSegment(segments: readonly Segment[]): Segment | null {
  const taken = new Set(segments.map((one) => one.value))
  for (let value = 1; value <= 255; value++) {
    if (taken.has(value)) continue
    const { colour } = labelColour(value)
    return {
      value,
      name: `Segment ${value}`,
      colour,
      visible: true,
      locked: false,
      status: 'not-started',
      notes: '',
    }
  }
  return null
}

/** Segments of the mask being edited: which one tools write, which are seen, which nothing may change. */
export function SegmentPanel() {
  const { store } = useCase()
  const mask = useEditedMask()
  const active = useCaseState((s) => s.activeSegment)
  const [renaming, setRenaming] = useState<number | null>(null)
  useStartedSegments(mask)
  if (mask === null) return null
  const { segments } = mask.document
  const add = () => {
    const made = nextSegment(segments)
    if (made === null) return
    mask.changeSegments([...segments, made])
    store.setState({ activeSegment: made.value })
    setRenaming(made.value)
  }
  return (
    <Section
      title="Segments"
      note={
        <span className={tools.headIcons}>
          <OnlyActive />
          <Tooltip label="New segment">
            <ActionIcon size={24} aria-label="New segment" disabled={segments.length >= 255} onClick={add}>
              <IconPlus size={16} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        </span>
      }
    >
      <ul className={styles.list} aria-label="Segments">
        {segments.map((segment) => (
          <SegmentRow
            key={segment.value}
            mask={mask}
            segment={segment}
            current={segment.value === active}
            renaming={renaming === segment.value}
            onRename={(now) => setRenaming(now ? segment.value : null)}
          />
        ))}
      </ul>
      {segments.length === 0 && <p className={styles.quiet}>A segment is one thing to mark; add the first one.</p>}
      {mask.failure !== null && <Notice kind="error">{mask.failure}</Notice>}
    </Section>
  )
}

/** Hides the other segments of this mask while they are in the way. */
function OnlyActive() {
  const session = useCase()
  const only = useCaseState((s) => s.onlyActiveSegment)
  const title = titleWithKey('mask.only')
  return (
    <Tooltip label={title}>
      <ActionIcon size={24} aria-label={title} aria-pressed={only} onClick={() => runCommand('mask.only', session)}>
        <IconFocus2 size={16} stroke={1.5} color={only ? 'var(--ac)' : undefined} />
      </ActionIcon>
    </Tooltip>
  )
}

/** A segment with its first stroke is in progress; the reader says when it is completed. */
function useStartedSegments(mask: EditedMask | null): void {
  const revision = mask?.document.revision
  // biome-ignore lint/correctness/useExhaustiveDependencies: the document changes in place; its revision says so
  useEffect(() => {
    if (mask === null || mask.document.gestureIsOpen) return
    const { segments, counts } = mask.document
    const started = (one: Segment) => one.status === 'not-started' && counts[one.value] > 0
    if (segments.some(started))
      mask.changeSegments(segments.map((one) => (started(one) ? { ...one, status: 'in-progress' } : one)))
  }, [revision])
}

interface RowProps {
  readonly mask: EditedMask
  readonly segment: Segment
  readonly current: boolean
  readonly renaming: boolean
  onRename(now: boolean): void
}

function SegmentRow({ mask, segment, current, renaming, onRename }: RowProps) {
  const { store } = useCase()
  const change = (part: Partial<Segment>) => mask.changeSegment(segment.value, part)
  const Eye = segment.visible ? IconEye : IconEyeOff
  const Lock = segment.locked ? IconLock : IconLockOpen
  const rename = (name: string) => {
    onRename(false)
    if (name.trim() !== '' && name.trim() !== segment.name) change({ name: name.trim() })
  }
  return (
    <li className={styles.row} data-current={current} data-hidden={!segment.visible}>
      <span className={styles.chip} style={{ background: segment.colour }} />
      {renaming ? (
        <TextInput
          autoFocus
          aria-label="Name of the segment"
          defaultValue={segment.name}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={(event) => rename(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') rename(event.currentTarget.value)
            if (event.key === 'Escape') onRename(false)
          }}
        />
      ) : (
        <button
          type="button"
          className={styles.rowName}
          title={segment.name}
          aria-pressed={current}
          onClick={() => store.setState({ activeSegment: segment.value })}
          onDoubleClick={() => onRename(true)}
        >
          {segment.name}
        </button>
      )}
      <span className={styles.rowNote}>{STATUS[segment.status]}</span>
      <button
        type="button"
        className={styles.rowIcon}
        aria-label={`${segment.visible ? 'Hide' : 'Show'} ${segment.name}`}
        onClick={() => change({ visible: !segment.visible })}
      >
        <Eye size={16} stroke={1.5} />
      </button>
      <button
        type="button"
        className={styles.rowIcon}
        aria-label={`${segment.locked ? 'Unlock' : 'Lock'} ${segment.name}`}
        onClick={() => change({ locked: !segment.locked })}
      >
        <Lock size={16} stroke={1.5} />
      </button>
      <SegmentMenu mask={mask} segment={segment} onRename={() => onRename(true)} />
    </li>
  )
}

function SegmentMenu({ mask, segment, onRename }: { mask: EditedMask; segment: Segment; onRename(): void }) {
  const marked = mask.document.counts[segment.value] > 0
  const { segments } = mask.document
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={styles.rowIcon} aria-label={`More for ${segment.name}`}>
          <IconDots size={16} stroke={1.5} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onRename}>Rename</Menu.Item>
        <Menu.Label>Colour</Menu.Label>
        <div className={styles.swatches}>
          {labelColours.map((colour) => (
            <button
              key={colour}
              type="button"
              aria-label={`Colour ${colour}`}
              aria-pressed={colour === segment.colour}
              style={{ background: colour }}
              onClick={() => mask.changeSegment(segment.value, { colour })}
            />
          ))}
        </div>
        <Menu.Label>State</Menu.Label>
        {(Object.keys(STATUS) as Segment['status'][]).map((status) => (
          <Menu.Item
            key={status}
            role="menuitemradio"
            aria-checked={status === segment.status}
            onClick={() => mask.changeSegment(segment.value, { status })}
          >
            {status === segment.status ? <b>{STATUS[status]}</b> : STATUS[status]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item disabled={!marked || segment.locked} onClick={() => clearSegment(mask.document, segment.value)}>
          Clear
        </Menu.Item>
        <Menu.Item
          disabled={marked || segment.locked}
          onClick={() => mask.changeSegments(segments.filter((one) => one.value !== segment.value))}
        >
          {marked ? 'Delete (clear it first)' : 'Delete'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
