import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCircleHalf2, IconX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type Job, leftBehind } from '../../main/shared/domain/job.ts'
import { sendJson } from '../app/api.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { formatDuration, formatInteger, formatWhen } from '../ui/format.ts'
import { JobProgress } from '../ui/JobProgress.tsx'
import { Notice } from '../ui/Notice.tsx'
import table from '../ui/table.module.css'
import { hasEnded } from '../ui/useJobAction.ts'
import styles from './ComputeScreen.module.css'

const UNITS: Partial<Record<Job['kind'], string>> = {
  compute: 'maps',
  measure: 'measurements',
  import: 'files',
  scan: 'files',
}

/** Work that starts from its request alone. A scan's or an import's files may be gone by now: they are chosen again. */
const RESUMED = new Set<Job['kind']>(['compute', 'measure', 'demo'])

/** What runs, what waits, what ended: counts, failures in sentences, retry of what failed. */
export function JobList({ jobs }: { jobs: readonly Job[] }) {
  const sorted = [...jobs].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  if (sorted.length === 0)
    return (
      <EmptyState>
        Runs of this project appear here, with their progress and what failed. None was started yet.
      </EmptyState>
    )
  return (
    <section className={styles.jobs} aria-label="Runs">
      {sorted.map((job) => (
        <JobEntry key={job.id} job={job} />
      ))}
    </section>
  )
}

function JobEntry({ job }: { job: Job }) {
  const cancel = useMutation({ mutationFn: () => sendJson('DELETE', `/api/jobs/${job.id}`) })
  const retry = useMutation({ mutationFn: () => sendJson('POST', `/api/jobs/${job.id}/retry`) })
  const left = job.state === 'waiting' && job.stage === leftBehind
  const resumable = job.state === 'waiting' || job.state === 'paused' || job.failed > 0 || job.state === 'cancelled'
  return (
    <article className={styles.job}>
      <div className={styles.jobHead}>
        <strong>{job.title}</strong>
        <span className={styles.when}>{formatWhen(job.createdAt, new Date())}</span>
      </div>
      {hasEnded(job) || job.state === 'paused' || left ? (
        <div className={styles.jobLine}>
          <State job={job} />
          {RESUMED.has(job.kind) && resumable && (
            <Button loading={retry.isPending} onClick={() => retry.mutate()}>
              {job.failed > 0 ? 'Try the failed ones again' : 'Continue'}
            </Button>
          )}
          {!hasEnded(job) && (
            <Button variant="subtle" color="gray" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              Cancel
            </Button>
          )}
        </div>
      ) : (
        <JobProgress job={job} what={UNITS[job.kind] ?? 'steps'} onCancel={() => cancel.mutate()} />
      )}
      {(cancel.error ?? retry.error) && <Notice kind="error">{(cancel.error ?? retry.error)?.message}</Notice>}
      {job.failures.slice(0, 5).map((failure) => (
        <Notice key={failure.item + failure.message} kind="error" title={failure.item}>
          {failure.message}
        </Notice>
      ))}
      {job.failures.length > 5 && <p className={styles.hint}>{formatInteger(job.failures.length - 5)} more failed.</p>}
    </article>
  )
}

function State({ job }: { job: Job }) {
  const seconds =
    job.startedAt !== null && job.endedAt !== null ? (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000 : null
  const count = `${formatInteger(job.done)} of ${formatInteger(job.total ?? job.done)}${seconds === null ? '' : `, ${formatDuration(seconds)}`}`
  if (job.state === 'done') {
    return (
      <span className={`${table.state} ${job.failed > 0 ? table.warn : ''}`}>
        {job.failed > 0 ? <IconAlertTriangle size={16} stroke={1.5} /> : <IconCheck size={16} stroke={1.5} />} done,{' '}
        {count}
      </span>
    )
  }
  if (job.state === 'failed') {
    return (
      <span className={`${table.state} ${table.err}`}>
        <IconX size={16} stroke={1.5} /> failed, {count}
      </span>
    )
  }
  return (
    <span className={`${table.state} ${table.quiet}`}>
      <IconCircleHalf2 size={16} stroke={1.5} /> {job.state === 'waiting' ? 'stopped' : job.state}, {count}
    </span>
  )
}
