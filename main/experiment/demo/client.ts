import type { Job } from '../../shared/domain/job.ts'
import { type ErrorEnvelope, fromEnvelope, SaliscopeError } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'

/** The workstation's one handler, called without a network. */
export type Handler = (request: Request) => Promise<Response>

/** How long to wait between two looks at a job. */
const pollMs = 120

/**
 * The demo speaks to the workstation as the renderer does, through its routes, so that what it shows is what a user could have done.
 *
 * errors  whatever the route answers, as SaliscopeError; a job that ends failed or cancelled throws its first failure
 */
export class Client {
  readonly #handler: Handler
  readonly #run: Run

  constructor(handler: Handler, run: Run) {
    this.#handler = handler
    this.#run = run
  }

  get<T>(path: string): Promise<T> {
    return this.#json<T>('GET', path)
  }

  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: unknown = {}): Promise<T> {
    return this.#json<T>(method, path, JSON.stringify(body), 'application/json')
  }

  sendBytes<T>(path: string, body: Uint8Array<ArrayBuffer>): Promise<T> {
    return this.#json<T>('POST', path, body, 'application/octet-stream')
  }

  /** Starts a job and waits for its end; `told` hears its progress. */
  async job(path: string, body: unknown, told: (job: Job) => void = () => {}): Promise<Job> {
    const { jobId } = await this.send<{ jobId: string }>('POST', path, body)
    for (;;) {
      if (this.#run.signal.aborted) {
        await this.send('DELETE', `/api/jobs/${jobId}`)
        throw new SaliscopeError(
          'cancelled',
          'The demo was stopped. What it had computed is kept, and the next run goes on from there.',
          {},
          'stopped',
        )
      }
      const job = await this.get<Job>(`/api/jobs/${jobId}`)
      told(job)
      if (job.state === 'done') return job
      if (job.state === 'failed' || job.state === 'cancelled') throw this.#failureOf(job)
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }

  #failureOf(job: Job): SaliscopeError {
    const [first] = job.failures
    if (first === undefined)
      return new SaliscopeError('experiment.demo-job', `The demo's step “${job.title}” ended ${job.state}.`)
    return fromEnvelope({ code: first.code, message: `${job.title}: ${first.message}` })
  }

  async #json<T>(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, type?: string): Promise<T> {
    const headers = type === undefined ? undefined : { 'Content-Type': type }
    const response = await this.#handler(new Request(`http://saliscope.invalid${path}`, { method, body, headers }))
    const text = await response.text()
    if (!response.ok) {
      const { error } = JSON.parse(text) as { error: ErrorEnvelope }
      throw fromEnvelope(error)
    }
    return (text === '' ? null : JSON.parse(text)) as T
  }
}
