import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Job } from '../../main/shared/domain/job.ts'
import type { ProjectHeader } from '../../main/shared/domain/project.ts'
import { getJson } from './api.ts'
import { readEvents } from './events.ts'

export interface RecentProject {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly openedAt: string
  readonly exists: boolean
}

export interface Session {
  readonly version: string
  readonly shell: 'desktop' | 'host'
  readonly platform: string
  readonly project: ProjectHeader | null
  readonly recent: RecentProject[]
  readonly threads: number
  readonly providers: string[]
}

export const sessionKey = ['session'] as const
export const jobsKey = ['jobs'] as const

export const useSession = () =>
  useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => getJson<Session>('/api/session', signal) })
export const useJobs = () =>
  useQuery({ queryKey: jobsKey, queryFn: ({ signal }) => getJson<Job[]>('/api/jobs', signal) })

/** Which queries a changed aggregate makes stale; the first word of every query key is the aggregate's name. */
const STALE: Record<string, readonly string[]> = {
  study: ['studies', 'session'],
  volume: ['studies', 'volumes'],
  model: ['models', 'session'],
  mask: ['masks', 'studies'],
  map: ['maps', 'studies', 'session'],
  measurement: ['measurements', 'studies', 'session'],
}

/** Keeps the queries fresh from the workstation's event stream; returns whether the workstation answers. */
export function useLiveUpdates(): boolean {
  const queries = useQueryClient()
  const [connected, setConnected] = useState(true)
  useEffect(() => {
    const controller = new AbortController()
    const pending = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const invalidateSoon = (names: readonly string[]) => {
      for (const name of names) pending.add(name)
      timer ??= setTimeout(() => {
        timer = undefined
        for (const name of pending) void queries.invalidateQueries({ queryKey: [name] })
        pending.clear()
      }, 200)
    }
    void readEvents(
      ({ event, data }) => {
        if (event === 'job') {
          const job = data as Job
          queries.setQueryData<Job[]>(jobsKey, (jobs = []) => [job, ...jobs.filter((other) => other.id !== job.id)])
          if (job.state === 'done' || job.state === 'failed') invalidateSoon(['session'])
        } else if (event === 'change') {
          invalidateSoon(STALE[(data as { aggregate: string }).aggregate] ?? [])
        } else if (event === 'project') {
          void queries.invalidateQueries()
        }
      },
      (now) => {
        setConnected(now)
        if (now) void queries.invalidateQueries()
      },
      controller.signal,
    )
    return () => {
      controller.abort()
      clearTimeout(timer)
    }
  }, [queries])
  return connected
}
