import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createWorkstation, type Workstation } from '../host/workstation.ts'
import type { Job } from '../shared/domain/job.ts'
import { type ErrorEnvelope, fromEnvelope, SaliscopeError } from '../shared/errors.ts'
import type { Call } from './command.ts'
import { defaultDataFolder } from './data-folder.ts'
import { runOf } from './progress.ts'

const POLL_MS = 100

/** A workstation of the command's own: the same handler as in the window, without a port. It may read what the user may. */
export class CommandWorkstation {
  readonly workstation: Workstation
  readonly #call: Call

  constructor(call: Call, demoFile?: string) {
    const dataFolder = path.join(defaultDataFolder(), 'command-line')
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
    this.workstation = createWorkstation({
      shell: 'host',
      dataFolder,
      roots: 'all',
      demoFile,
      log: (line) => call.io.err(line),
    })
    this.#call = call
  }

  /** One request; failures are thrown as SaliscopeError. */
  async request<T>(method: string, route: string, body?: unknown): Promise<T> {
    const init: RequestInit = { method }
    if (body !== undefined) {
      init.body = JSON.stringify(body)
      init.headers = { 'Content-Type': 'application/json' }
    }
    const response = await this.workstation.handler(new Request(`http://127.0.0.1${route}`, init))
    const text = await response.text()
    const answer: unknown = text === '' ? undefined : JSON.parse(text)
    if (!response.ok) throw fromEnvelope((answer as { error: ErrorEnvelope }).error)
    return answer as T
  }

  /** Starts long work and waits for its end, with progress; Ctrl+C cancels it and keeps what is done. */
  async job(route: string, body: unknown): Promise<Job> {
    const { jobId } = await this.request<{ jobId: string }>('POST', route, body)
    const progress = runOf(this.#call.io)
    for (;;) {
      const job = await this.request<Job>('GET', `/api/jobs/${jobId}`)
      progress.progress(job.done, job.total ?? job.done, job.stage || job.title)
      if (job.state === 'done' || job.state === 'failed' || job.state === 'cancelled') {
        progress.finish()
        if (job.state === 'done') return job
        const [first] = job.failures
        if (first !== undefined) throw fromEnvelope({ code: first.code, message: first.message })
        throw new SaliscopeError('cancelled', `${job.title} was stopped; what was done is kept.`)
      }
      if (progress.signal.aborted) await this.request('DELETE', `/api/jobs/${jobId}`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  close(): Promise<void> {
    return this.workstation.close()
  }
}
