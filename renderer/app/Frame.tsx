import { CloseButton, Progress } from '@mantine/core'
import { IconAlertTriangle, IconLock, IconSettings } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { NavLink, useLocation, useMatch } from 'react-router'
import { type Job, leftBehind } from '../../main/shared/domain/job.ts'
import { useDropAnywhere } from '../import/window-drop.ts'
import { formatBytes, formatCount } from '../ui/format.ts'
import styles from './Frame.module.css'
import { KeySheet } from './KeySheet.tsx'
import { type Session, useJobs } from './session.ts'
import { useStatusParts } from './status.ts'

const SCREENS = [
  { path: '/worklist', title: 'Worklist', perCase: false },
  { path: '/viewer', title: 'Viewer', perCase: true },
  { path: '/compare', title: 'Compare', perCase: true },
  { path: '/annotate', title: 'Annotate', perCase: true },
  { path: '/models', title: 'Models', perCase: false },
  { path: '/compute', title: 'Compute', perCase: false },
  { path: '/results', title: 'Results', perCase: false },
  { path: '/figures', title: 'Figures', perCase: true },
] as const

/** Top bar, body, status line. The body belongs to the screen. */
export function Frame({
  connected,
  session,
  children,
}: {
  connected: boolean
  session: Session | undefined
  children: ReactNode
}) {
  const drop = useDropAnywhere()
  return (
    <div className={styles.frame} {...drop}>
      <TopBar session={session} />
      <ReadOnlyWord session={session} />
      <main className={styles.body}>{children}</main>
      <StatusLine connected={connected} session={session} />
    </div>
  )
}

function TopBar({ session }: { session: Session | undefined }) {
  const project = session?.project ?? null
  const { pathname } = useLocation()
  const match = useMatch('/:screen/:studyId')
  const screen = SCREENS.find(({ path }) => pathname.startsWith(path))
  const studyId = screen?.perCase ? match?.params.studyId : undefined
  return (
    <header className={styles.top}>
      <NavLink to="/" className={styles.brand} aria-label="Saliscope, projects">
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <circle cx="8" cy="8" r="2.2" fill="currentColor" />
        </svg>
        Saliscope
      </NavLink>
      {project !== null && (
        <>
          <span className={styles.project} title={project.path}>
            {project.name}
          </span>
          <nav className={styles.nav} aria-label="Screens">
            {SCREENS.map(({ path, title, perCase }) => (
              <NavLink
                key={path}
                to={perCase && studyId ? `${path}/${studyId}` : path}
                className={({ isActive }) => (isActive ? styles.here : styles.link)}
              >
                {title}
              </NavLink>
            ))}
          </nav>
        </>
      )}
      <span className={styles.space} />
      <RunningWork />
      <NavLink to="/settings" className={styles.icon} aria-label="Settings" title="Settings">
        <IconSettings size={16} stroke={1.5} />
      </NavLink>
    </header>
  )
}

/** Said once per project and visit: why nothing can be changed. The status line keeps the word. */
function ReadOnlyWord({ session }: { session: Session | undefined }) {
  const project = session?.project ?? null
  const [seen, setSeen] = useState<string | null>(null)
  if (project === null || project.state === 'writable' || seen === project.id) return <div />
  return (
    <div className={styles.readOnly} role="status">
      <IconLock size={14} stroke={1.5} aria-hidden />
      <span>
        <strong>“{project.name}” is read-only.</strong> {project.reason}
      </span>
      <CloseButton size="sm" aria-label="Hide this word" onClick={() => setSeen(project.id)} />
    </div>
  )
}

/** The newest job that still runs, with its progress; a click leads to the list of runs. */
function RunningWork() {
  const jobs = useJobs().data ?? []
  const running = jobs.filter((job) => job.state === 'running' || (job.state === 'waiting' && job.stage !== leftBehind))
  if (running.length === 0) return null
  const job = running.find(({ state }) => state === 'running') ?? running[0]
  const share = job.total ? Math.floor((100 * job.done) / job.total) : null
  return (
    <NavLink to="/compute" className={styles.work} role="status">
      <Progress value={share ?? 0} w={48} size={4} aria-label={job.title} />
      {describe(job, share)}
      {running.length > 1 && `, ${running.length - 1} more`}
    </NavLink>
  )
}

const describe = (job: Job, share: number | null) =>
  job.state === 'waiting' ? `${job.title}, waiting` : share === null ? job.title : `${job.title}, ${share} %`

function StatusLine({ connected, session }: { connected: boolean; session: Session | undefined }) {
  const parts = useStatusParts((state) => state.parts)
  const saving = useStatusParts((state) => state.saving)
  const project = session?.project ?? null
  return (
    <footer className={styles.status}>
      {parts.length > 0
        ? parts.map(({ id, content }) => (
            <span key={id} className={styles.part}>
              {content}
            </span>
          ))
        : project !== null && (
            <>
              <span className={styles.part}>{formatCount(project.counts.studies, 'case', 'cases')}</span>
              <span className={styles.part}>{formatBytes(project.bytes)}</span>
            </>
          )}
      {project === null && parts.length === 0 && <span className={styles.part}>No project open</span>}
      <span className={styles.space} />
      {!connected && (
        <span className={styles.reconnecting} role="status">
          <IconAlertTriangle size={14} stroke={1.5} /> Reconnecting
        </span>
      )}
      {project !== null && <span className={styles.part}>{saving}</span>}
      {project !== null && (
        <span className={styles.part} title={project.reason}>
          {project.state === 'writable' ? 'Writable' : 'Read-only'}
        </span>
      )}
      <KeySheet className={styles.keys} />
    </footer>
  )
}
