import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Job } from '../../main/shared/domain/job.ts'
import { sendJson } from '../app/api.ts'
import { useJobs } from '../app/session.ts'

const ENDED = new Set<Job['state']>(['done', 'failed', 'cancelled'])
export const hasEnded = (job: Job) => ENDED.has(job.state)

/**
 * Starts long work (an address that answers `{jobId}`) and follows it: the job as the event stream tells it, and a call
 * to `onDone` once it is done.
 */
export function useJobAction<Body>(path: string, onDone?: (job: Job) => void) {
  const start = useMutation({ mutationFn: (body: Body) => sendJson<{ jobId: string }>('POST', path, body) })
  const jobs = useJobs().data
  const job = jobs?.find((candidate) => candidate.id === start.data?.jobId)
  const state = job?.state
  // biome-ignore lint/correctness/useExhaustiveDependencies: the callback belongs to the change of state, not to each render
  useEffect(() => {
    if (job !== undefined && state === 'done') onDone?.(job)
  }, [state])
  return {
    start: start.mutate,
    error: start.error,
    job,
    busy: start.isPending || (start.isSuccess && (job === undefined || !hasEnded(job))),
    cancel: () => job && void sendJson('DELETE', `/api/jobs/${job.id}`),
    reset: start.reset,
  }
}
