import { Tooltip } from '@mantine/core'
import { IconAlertCircle, IconAlertTriangle } from '@tabler/icons-react'
import type { Finding } from '../../main/shared/domain/finding.ts'
import styles from './table.module.css'

/** The worst finding in words, the rest as a count; the tooltip holds every sentence. */
export function FindingBadge({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return <span className={styles.quiet}>none</span>
  const refused = findings.some((finding) => finding.outcome === 'refused' || finding.outcome === 'stopped')
  const Icon = refused ? IconAlertCircle : IconAlertTriangle
  return (
    <Tooltip
      label={findings.map((finding) => finding.message).join('\n')}
      multiline
      maw={480}
      style={{ whiteSpace: 'pre-line' }}
    >
      <span className={`${styles.state} ${refused ? styles.err : styles.warn}`}>
        <Icon size={16} stroke={1.5} className={styles.sign} />
        <span className={styles.words}>
          {findings.length === 1 ? shorten(findings[0].message) : `${findings.length} findings`}
        </span>
      </span>
    </Tooltip>
  )
}

/** The first clause of the sentence, which names the finding. */
function shorten(message: string): string {
  const clause = message.split(/[.:;,(]/)[0].trim()
  return clause.length > 40 ? `${clause.slice(0, 38)}…` : clause
}
