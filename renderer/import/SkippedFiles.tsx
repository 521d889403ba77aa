import type { ScanReport } from '../../main/shared/domain/import.ts'
import { formatCount, formatInteger } from '../ui/format.ts'
import { Section } from '../ui/Section.tsx'
import styles from './ImportScreen.module.css'

/** How many files were left out, and why; the examples are named so that the file can be found. */
export function SkippedFiles({ report }: { report: ScanReport }) {
  const total = report.skipped.reduce((sum, group) => sum + group.count, 0)
  return (
    <div className={styles.skipped}>
      <Section title="Skipped, by reason" note={formatCount(total, 'file', 'files')}>
        {total === 0 ? (
          <span className={styles.quiet}>Every file was read.</span>
        ) : (
          <dl>
            {report.skipped.map((group) => (
              <div key={group.code + group.reason} title={group.examples.join('\n')}>
                <dt>{group.reason}</dt>
                <dd>{formatInteger(group.count)}</dd>
              </div>
            ))}
          </dl>
        )}
      </Section>
    </div>
  )
}
