import { describe, expect, it } from 'vitest'
import type { Job } from '../../shared/domain/job.ts'
import { Client } from './client.ts'

const job = (over: Partial<Job>): Job => ({
  id: 'j',
  kind: 'compute',
  title: 'Two methods on one image',
  state: 'running',
  stage: '',
  done: 0,
  total: 2,
  failed: 0,
  failures: [],
  result: null,
  createdAt: '',
  startedAt: null,
  endedAt: null,
  ...over,
})

function workstation(states: readonly Job[]) {
  const asked: string[] = []
  let looked = 0
  const handler = async (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`)
    if (request.method === 'POST') return Response.json({ jobId: 'j' }, { status: 202 })
    return Response.json(states[Math.min(looked++, states.length - 1)])
  }
  return { asked, handler }
}

const run = (signal = new AbortController().signal) => ({ signal, progress: () => {} })

describe("the demo's client", () => {
  it('waits for the end of a job and tells its progress', async () => {
    const { handler } = workstation([
      job({}),
      job({ done: 1 }),
      job({ done: 2, state: 'done', result: { mapKeys: ['a'] } }),
    ])
    const heard: number[] = []
    const ended = await new Client(handler, run()).job('/api/maps/compute', {}, (now) => heard.push(now.done))
    expect(ended.result).toEqual({ mapKeys: ['a'] })
    expect(heard).toEqual([0, 1, 2])
  })

  it('throws the first failure of a job that failed, with its code', async () => {
    const failures = [{ item: 'gradient', code: 'compute.memory', message: 'Too large.' }]
    const { handler } = workstation([job({ state: 'failed', failed: 1, failures })])
    await expect(new Client(handler, run()).job('/api/maps/compute', {})).rejects.toMatchObject({
      code: 'compute.memory',
      message: 'Two methods on one image: Too large.',
    })
  })

  it('throws what a route refuses', async () => {
    const error = { code: 'api.no-project', message: 'No project is open.' }
    const handler = async () => Response.json({ ok: false, error }, { status: 409 })
    await expect(new Client(handler, run()).get('/api/studies')).rejects.toMatchObject(error)
  })

  it('cancels the job it waits for when it is stopped itself', async () => {
    const abort = new AbortController()
    const { asked, handler } = workstation([job({})])
    const waiting = new Client(handler, run(abort.signal)).job('/api/maps/compute', {})
    setTimeout(() => abort.abort(), 150)
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    expect(asked.at(-1)).toBe('DELETE /api/jobs/j')
  })
})
