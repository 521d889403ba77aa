import type { ComputePool } from '../compute/task.ts'
import type { Project } from '../project/project.ts'
import { type Job, leftBehind } from '../shared/domain/job.ts'
import { SaliscopeError, toEnvelope } from '../shared/errors.ts'
import type { EventBus } from './events.ts'
import type { JobContext, JobHandler } from './job-handler.ts'
import type { ModelFolder } from './model-folder.ts'

export interface RunnerParts {
  readonly project: Project
  readonly pool: ComputePool
  readonly models: ModelFolder
  readonly events: EventBus
  readonly handlers: readonly JobHandler[]
  readonly engineVersion: string
  clock(): Date
  newId(prefix: string): string
}

/** Failures listed one by one; beyond, they are only counted. */
const listedFailures = 200
/** Progress is told at most so often, and written to the file ten times more seldom. */
const tellMs = 100
const saveMs = 1000

interface Running {
  readonly abort: AbortController
  progress: Progress | null
  ended: Promise<void>
}

/**
 * Runs the project's durable queue. A job's state is in the file before and after each step; jobs left by an earlier session wait until
 * they are resumed by the user.
 */
export class JobRunner {
  readonly #parts: RunnerParts
  readonly #handlers: ReadonlyMap<string, JobHandler>
  readonly #queued: string[] = []
  readonly #running = new Map<string, Running>()
  readonly #busyLanes = new Set<string>()
  #closing = false

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#handlers = new Map(parts.handlers.map((handler) => [handler.kind, handler]))
    if (this.#handlers.size !== parts.handlers.length) throw new Error('Two job handlers have one kind.')
  }

  #handler(kind: string): JobHandler {
    const handler = this.#handlers.get(kind)
    if (handler === undefined)
      throw new SaliscopeError(
        'experiment.no-provider',
        `Work of the kind “${kind}” is not part of the running program.`,
      )
    return handler
  }

  /** Stores a job and starts it as soon as its lane is free. */
  enqueue(kind: Job['kind'], request: unknown, actor = 'user'): Job {
    const handler = this.#handler(kind)
    const parsed = handler.parse(request)
    const job: Job = {
      id: this.#parts.newId('job'),
      kind,
      title: handler.title(parsed),
      state: 'waiting',
      stage: '',
      done: 0,
      total: null,
      failed: 0,
      failures: [],
      result: null,
      createdAt: this.#parts.clock().toISOString(),
      startedAt: null,
      endedAt: null,
    }
    this.#parts.project.jobs.add(job, request, actor)
    this.#tell(job)
    this.#queued.push(job.id)
    this.#advance()
    return job
  }

  /** Ends when the job has ended, whatever way. */
  async settled(id: string): Promise<Job> {
    for (;;) {
      const job = this.#parts.project.jobs.get(id)
      if (job.state !== 'waiting' && job.state !== 'running') return job
      const running = this.#running.get(id)
      if (running !== undefined) await running.ended
      else if (!this.#queued.includes(id)) return job
      else await this.#nextEnd()
    }
  }

  async #nextEnd(): Promise<void> {
    await Promise.race([...this.#running.values()].map((running) => running.ended))
  }

  /** A job as it stands now; the file lags a running one by up to a second. */
  get(id: string): Job {
    return this.#asItStands(this.#parts.project.jobs.get(id))
  }

  list(): Job[] {
    return this.#parts.project.jobs.list().map((job) => this.#asItStands(job))
  }

  #asItStands(stored: Job): Job {
    const running = this.#running.get(stored.id)
    if (running !== undefined) return running.progress?.job ?? stored
    return stored.state === 'waiting' && !this.#queued.includes(stored.id) ? { ...stored, stage: leftBehind } : stored
  }

  cancel(id: string): Job {
    return this.#stop(id, 'cancelled')
  }

  pause(id: string): Job {
    return this.#stop(id, 'paused')
  }

  #stop(id: string, state: 'cancelled' | 'paused'): Job {
    const job = this.#parts.project.jobs.get(id)
    if (job.state !== 'waiting' && job.state !== 'running' && !(job.state === 'paused' && state === 'cancelled')) {
      throw new SaliscopeError('experiment.job-state', `The job “${job.title}” has ended already (${job.state}).`)
    }
    const running = this.#running.get(id)
    if (running !== undefined) {
      running.abort.abort(state)
      return { ...job, stage: state === 'paused' ? 'pausing' : 'cancelling' }
    }
    const at = this.#queued.indexOf(id)
    if (at >= 0) this.#queued.splice(at, 1)
    return this.#save({ ...job, state, endedAt: state === 'cancelled' ? this.#now() : null })
  }

  /** Continues a paused, failed or cancelled job, or one left by an earlier session; finished parts are not computed again. */
  resume(id: string): Job {
    const job = this.#parts.project.jobs.get(id)
    if (job.state === 'done' && job.failed === 0)
      throw new SaliscopeError('experiment.job-state', `The job “${job.title}” is done; there is nothing to continue.`)
    if (job.state === 'running' || this.#queued.includes(id)) return job
    const waiting = this.#save({ ...job, state: 'waiting', stage: '', failed: 0, failures: [], endedAt: null })
    this.#queued.push(id)
    this.#advance()
    return waiting
  }

  #now(): string {
    return this.#parts.clock().toISOString()
  }

  #tell(job: Job): void {
    this.#parts.events.emit({ event: 'job', data: job })
  }

  #save(job: Job): Job {
    this.#parts.project.jobs.save(job)
    this.#tell(job)
    return job
  }

  #advance(): void {
    if (this.#closing) return
    for (const id of [...this.#queued]) {
      const job = this.#parts.project.jobs.get(id)
      const handler = this.#handler(job.kind)
      if (this.#busyLanes.has(handler.lane)) continue
      this.#queued.splice(this.#queued.indexOf(id), 1)
      this.#busyLanes.add(handler.lane)
      const abort = new AbortController()
      const running: Running = { abort, progress: null, ended: Promise.resolve() }
      running.ended = this.#work(job, handler, running).finally(() => {
        this.#running.delete(id)
        this.#busyLanes.delete(handler.lane)
        this.#advance()
      })
      this.#running.set(id, running)
    }
  }

  async #work(waiting: Job, handler: JobHandler, running: Running): Promise<void> {
    // A microtask later, so that the caller of `enqueue` sees the job waiting first.
    await Promise.resolve()
    const { abort } = running
    const progress = new Progress(this.#parts, waiting, abort.signal)
    running.progress = progress
    try {
      progress.begin()
      await handler.run(handler.parse(this.#parts.project.jobs.request(waiting.id)), progress.context())
      abort.signal.throwIfAborted()
      progress.end(progress.job.failed > 0 && progress.job.done === 0 ? 'failed' : 'done')
    } catch (error) {
      this.#afterFailure(progress, error, abort.signal)
    }
  }

  #afterFailure(progress: Progress, error: unknown, signal: AbortSignal): void {
    if (this.#parts.project.file.closed || !this.#parts.project.file.writable) return
    if (!signal.aborted) progress.fail(progress.job.title, error)
    if (!signal.aborted) progress.end('failed')
    else if (signal.reason === 'closing') progress.end('waiting')
    else progress.end(signal.reason === 'paused' ? 'paused' : 'cancelled')
  }

  /** Stops everything; running jobs become waiting again. */
  async close(): Promise<void> {
    this.#closing = true
    for (const { abort } of this.#running.values()) abort.abort('closing')
    await Promise.allSettled([...this.#running.values()].map((running) => running.ended))
  }
}

/** The changing record of one running job. */
class Progress {
  job: Job
  readonly #parts: RunnerParts
  readonly #signal: AbortSignal
  #toldAt = 0
  #savedAt = 0

  constructor(parts: RunnerParts, job: Job, signal: AbortSignal) {
    this.#parts = parts
    this.job = job
    this.#signal = signal
  }

  begin(): void {
    this.job = {
      ...this.job,
      state: 'running',
      stage: '',
      done: 0,
      startedAt: this.job.startedAt ?? this.#parts.clock().toISOString(),
    }
    this.#save()
  }

  end(state: Job['state']): void {
    const over = state !== 'waiting' && state !== 'paused'
    this.job = { ...this.job, state, stage: '', endedAt: over ? this.#parts.clock().toISOString() : null }
    this.#save()
  }

  #save(): void {
    this.#savedAt = performance.now()
    this.#parts.project.jobs.save(this.job)
    this.#parts.events.emit({ event: 'job', data: this.job })
  }

  #touch(): void {
    const now = performance.now()
    if (now - this.#savedAt >= saveMs) this.#save()
    else if (now - this.#toldAt >= tellMs) {
      this.#toldAt = now
      this.#parts.events.emit({ event: 'job', data: this.job })
    }
  }

  fail(item: string, error: unknown): void {
    const { code, message } = toEnvelope(error)
    const failures =
      this.job.failures.length < listedFailures ? [...this.job.failures, { item, code, message }] : this.job.failures
    this.job = { ...this.job, failed: this.job.failed + 1, failures }
    this.#touch()
  }

  context(): JobContext {
    const { project, pool, models, events, engineVersion } = this.#parts
    return {
      jobId: this.job.id,
      project,
      pool,
      models,
      events,
      engineVersion,
      clock: () => this.#parts.clock(),
      newId: (prefix) => this.#parts.newId(prefix),
      fail: (item, error) => this.fail(item, error),
      result: (partial) => {
        this.job = { ...this.job, result: { ...this.job.result, ...partial } }
      },
      run: {
        signal: this.#signal,
        progress: (done, total, stage) => {
          this.job = { ...this.job, done: Math.floor(done), total: Math.ceil(total), stage: stage ?? this.job.stage }
          this.#touch()
        },
      },
    }
  }
}
