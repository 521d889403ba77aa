import { IconAlertCircle, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './Notice.module.css'

const ICONS = { info: IconInfoCircle, warning: IconAlertTriangle, error: IconAlertCircle } as const

/** What happened, why, what can be done; state is told by icon, edge and words, never by colour alone. */
export function Notice({
  kind,
  title,
  children,
  actions,
}: {
  kind: 'info' | 'warning' | 'error'
  title?: string
  children?: ReactNode
  actions?: ReactNode
}) {
  const Icon = ICONS[kind]
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={kind === 'error' ? 'alert' : 'note'}>
      <Icon size={16} stroke={1.5} className={styles.icon} aria-label={kind} />
      <div>
        {title && <strong className={styles.title}>{title} </strong>}
        <span>{children}</span>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}
