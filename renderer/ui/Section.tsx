import type { ReactNode } from 'react'
import styles from './Section.module.css'

/** One block of a panel: heading, a quiet note on the right, hairline below. */
export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h3>{title}</h3>
        {note !== undefined && <span>{note}</span>}
      </div>
      {children}
    </section>
  )
}

/** Names on the left, values on the right, as in every side panel. */
export function KeyValues({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles.values}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
