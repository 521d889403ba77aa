import {
  IconAdjustments,
  IconArrowsDiagonal,
  IconBrush,
  IconBucketDroplet,
  IconCirclesRelation,
  IconEraser,
  IconFile,
  IconFold,
  IconLayersIntersect,
  IconPolygon,
  IconWaveSine,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { formatBytes, formatInteger } from '../../ui/format.ts'
import { Section } from '../../ui/Section.tsx'
import { useActiveMask } from '../case-context.tsx'
import type { Edit } from '../mask/history.ts'
import tools from './mask-tools.module.css'
import styles from './panels.module.css'

const ICONS: Record<string, ComponentType<{ size?: number; stroke?: number }>> = {
  brush: IconBrush,
  eraser: IconEraser,
  polygon: IconPolygon,
  fill: IconBucketDroplet,
  islands: IconCirclesRelation,
  margin: IconArrowsDiagonal,
  between: IconFold,
  combine: IconLayersIntersect,
  smooth: IconWaveSine,
  version: IconFile,
}
const SHOWN = 12

function voxels(edit: Edit): string {
  const net = edit.added - edit.removed
  return `${net > 0 ? '+' : ''}${formatInteger(net)} voxels`
}

/** What undo would take back, newest first; what was undone stands above, greyed. */
export function MaskHistory() {
  const document = useActiveMask()
  if (document === null) return null
  const { edits, undoneEdits, bytes, limitBytes } = document.history
  const rows = [
    ...undoneEdits.map((edit) => ({ edit, undone: true })),
    ...[...edits].reverse().map((edit) => ({ edit, undone: false })),
  ]
  return (
    <Section
      title="History"
      note={rows.length === 0 ? undefined : `${formatBytes(bytes)} of ${Math.round(limitBytes / 2 ** 20)} MiB`}
    >
      {rows.length === 0 && document.preview === null && <p className={styles.quiet}>No stroke yet in this session.</p>}
      <ol className={styles.history} aria-label="Strokes, newest first">
        {document.preview !== null && (
          <li>
            <IconFold size={14} stroke={1.5} />
            <span>{document.preview.title}</span>
            <span className={tools.previewed}>preview</span>
          </li>
        )}
        {rows.slice(0, SHOWN).map(({ edit, undone }, at) => {
          const Icon = ICONS[edit.icon] ?? IconAdjustments
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: edits have no identity of their own; their place is what is shown
            <li key={`${at} ${edit.name}`} data-undone={undone}>
              <Icon size={14} stroke={1.5} />
              <span>{edit.name}</span>
              <span>{undone ? 'undone' : voxels(edit)}</span>
            </li>
          )
        })}
      </ol>
      {rows.length > SHOWN && <p className={styles.quiet}>and {formatInteger(rows.length - SHOWN)} earlier</p>}
    </Section>
  )
}
