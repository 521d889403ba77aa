import { Button, Progress } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Job } from '../../main/shared/domain/job.ts'
import { formatDuration, formatInteger } from './format.ts'
import styles from './JobProgress.module.css'

/** "965 of 2 352 maps, 0.61 per second, 38 min left", then the bar, then cancel. Time left appears after ten items. */
export function JobProgress({ job, what, onCancel }: { job: Job; what: string; onCancel: () => void }) {
  const now = useNow(job.state === 'running')
  const seconds = job.startedAt === null ? 0 : (now - Date.parse(job.startedAt)) / 1000
  const rate = seconds > 0 ? job.done / seconds : 0
  const parts = [
    job.total === null
      ? `${formatInteger(job.done)} ${what}`
      : `${formatInteger(job.done)} of ${formatInteger(job.total)} ${what}`,
  ]
  if (job.done >= 10 && rate > 0) {
    parts.push(`${rate >= 10 ? formatInteger(rate) : rate.toFixed(2)} per second`)
    if (job.total !== null) parts.push(`${formatDuration((job.total - job.done) / rate)} left`)
  }
  return (
    <div className={styles.progress} role="status" aria-live="polite">
      <div className={styles.line}>
        <span className={styles.stage}>{job.stage || job.title}</span>
        <span>{parts.join(', ')}</span>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
      <Progress
        value={job.total ? (100 * job.done) / job.total : 0}
        size={4}
        transitionDuration={0}
        aria-label={job.title}
      />
    </div>
  )
}

function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running])
  return now
}
