import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { AuthorizedImage } from '../ui/AuthorizedImage.tsx'
import { formatInteger } from '../ui/format.ts'
import { Section } from '../ui/Section.tsx'
import styles from './case.module.css'
import type { CaseChoice } from './use-case-choice.ts'

const SPLITS: Record<string, string> = { train: 'Training set', tune: 'Validation set', test: 'Test set' }

/** Case code, way to its neighbours, its images. */
export function CaseHeader({ choice }: { choice: CaseChoice }) {
  const { row } = choice
  if (row === null) return null
  return (
    <>
      <div className={styles.header}>
        <h1>{row.code}</h1>
        <Tooltip label="Previous case (PageUp)">
          <ActionIcon aria-label="Previous case" onClick={() => choice.step(-1)}>
            <IconChevronLeft size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
        <span className={styles.count}>
          {formatInteger(choice.at + 1)} of {formatInteger(choice.rows.length)}
        </span>
        <Tooltip label="Next case (PageDown)">
          <ActionIcon aria-label="Next case" onClick={() => choice.step(1)}>
            <IconChevronRight size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
        <p>{[SPLITS[row.split], row.group, row.description].filter(Boolean).join(', ')}</p>
      </div>
      <Section title="Images" note={row.volumes.length > 1 ? `${row.volumes.length}` : undefined}>
        {row.volumes.map((volume) => (
          <button
            key={volume.id}
            type="button"
            className={styles.image}
            aria-current={volume.id === choice.volumeId}
            onClick={() => choice.chooseVolume(volume.id)}
          >
            <AuthorizedImage path={`/api/volumes/${volume.id}/thumbnail`} alt="" className={styles.thumbnail} />
            <span>
              <span className={styles.name}>{volume.name || volume.modality}</span>
              <span className={styles.under}>
                {volume.modality}, {volume.dims.filter((n, axis) => axis < 2 || n > 1).join(' × ')}
              </span>
            </span>
          </button>
        ))}
        {row.findings.map((finding) => (
          <p key={finding.message} className={styles.finding}>
            {finding.message}
          </p>
        ))}
      </Section>
    </>
  )
}
