import { existsSync, rmSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { makePrivateFolder } from './private-folder.ts'
import { ComputeProcess, GRACE_MS } from './process.ts'
import { programNode } from './program-node.ts'
import type { ComputePool, TaskOptions, TaskRequest, TaskResult } from './task.ts'

export interface PoolSettings {
  /** Processes at most; default 2, so that a decode never waits behind a batch, and 4 from eight cores on. */
  readonly size?: number
  readonly node?: string
  /** Entry file of a compute process; default worker.ts, or its bundled form in a packaged program. */
  readonly entry?: string
  /** A process is replaced after this many tasks. */
  readonly recycleAfter?: number
  /** An idle process above this resident size is replaced. */
  readonly recycleAboveMb?: number
  /** Heartbeats (4 a second) a working process may miss before it counts as hung and is ended; default 60. */
  readonly missedBeats?: number
  /** Resident memory of a task that states no limit of its own; default 85 % of what the machine, or the container, has. */
  readonly memoryMb?: number
}

interface Waiting {
  readonly id: number
  readonly task: TaskRequest
  readonly options: TaskOptions
  readonly resolve: (result: TaskResult) => void
  readonly reject: (error: SaliscopeError) => void
  readonly leaveQueue: () => void
}

/** worker.ts beside this file; in a bundled program the entry that the build writes beside, or one folder above, the chunks. */
export function workerEntry(here: string = import.meta.dirname): string {
  const candidates = [
    path.join(here, 'worker.ts'),
    path.join(here, 'compute-worker.js'),
    path.join(here, '..', 'compute-worker.js'),
  ]
  const found = candidates.find((file) => existsSync(file))
  if (found === undefined)
    throw new SaliscopeError('compute.start', `The entry of the compute process is missing beside ${here}.`)
  return found
}

function cancelled(): SaliscopeError {
  return new SaliscopeError('cancelled', 'The task was cancelled.', {}, 'stopped')
}

/** Beyond it the system would end processes by its own choice, the workstation among them. */
function machineShareMb(): number {
  const limit = process.constrainedMemory()
  const bytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return Math.floor((0.85 * bytes) / 2 ** 20)
}

/**
 * A queue over supervised processes. Higher priorities first, then the order of arrival. A task with an affinity runs
 * where its session already lies and waits for that process; the first of its kind takes an idle one.
 */
class ProcessPool implements ComputePool {
  readonly size: number
  readonly #settings: Required<PoolSettings>
  readonly #folder: string
  readonly #processes: ComputeProcess[] = []
  readonly #queue: Waiting[] = []
  #sequence = 0
  #closed = false

  constructor(settings: PoolSettings) {
    const cores = availableParallelism()
    this.#settings = {
      size: settings.size ?? (cores >= 8 ? 4 : 2),
      node: settings.node ?? programNode(),
      entry: settings.entry ?? workerEntry(),
      recycleAfter: settings.recycleAfter ?? 1000,
      recycleAboveMb: settings.recycleAboveMb ?? 4096,
      missedBeats: settings.missedBeats ?? 60,
      memoryMb: settings.memoryMb ?? machineShareMb(),
    }
    this.size = this.#settings.size
    this.#folder = makePrivateFolder()
  }

  run(task: TaskRequest, options: TaskOptions = {}): Promise<TaskResult> {
    if (this.#closed) return Promise.reject(new SaliscopeError('cancelled', 'The program is closing.', {}, 'stopped'))
    if (options.signal?.aborted) return Promise.reject(cancelled())
    return new Promise((resolve, reject) => {
      const leave = () => {
        const at = this.#queue.indexOf(waiting)
        if (at < 0) return
        this.#queue.splice(at, 1)
        reject(cancelled())
      }
      const leaveQueue = () => options.signal?.removeEventListener('abort', leave)
      const waiting: Waiting = { id: ++this.#sequence, task, options, resolve, reject, leaveQueue }
      options.signal?.addEventListener('abort', leave, { once: true })
      this.#enqueue(waiting)
      this.#dispatch()
    })
  }

  /** Stops taking tasks, cancels what waits and what runs, and ends the processes. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const waiting of this.#queue.splice(0)) {
      waiting.leaveQueue()
      waiting.reject(cancelled())
    }
    for (const child of this.#processes) child.stop()
    const end = performance.now() + GRACE_MS
    while (this.#processes.length > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10))
    for (const child of this.#processes) child.kill()
    while (this.#processes.length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #enqueue(waiting: Waiting): void {
    const priority = waiting.options.priority ?? 0
    const before = this.#queue.findIndex((other) => (other.options.priority ?? 0) < priority)
    if (before < 0) this.#queue.push(waiting)
    else this.#queue.splice(before, 0, waiting)
  }

  #dispatch(): void {
    for (let i = 0; i < this.#queue.length; ) {
      const child = this.#processFor(this.#queue[i].options.affinity)
      if (child === null) {
        i++
        continue
      }
      const [waiting] = this.#queue.splice(i, 1)
      waiting.leaveQueue()
      void this.#work(waiting, child, 1)
    }
  }

  /** An idle process for this affinity, or null when the task must wait. */
  #processFor(affinity: string | undefined): ComputeProcess | null {
    if (affinity !== undefined) {
      const holder = this.#processes.find((child) => child.alive && child.affinities.has(affinity))
      if (holder !== undefined) return holder.busy ? null : holder
    }
    const idle = this.#processes
      .filter((child) => child.alive && !child.busy)
      .sort((a, b) => a.affinities.size - b.affinities.size)
    if (idle.length > 0 && (affinity === undefined || idle[0].affinities.size === 0)) return idle[0]
    if (this.#processes.length < this.size) return this.#start()
    return idle[0] ?? null
  }

  #start(): ComputeProcess {
    const { node, entry, missedBeats } = this.#settings
    const child = new ComputeProcess({ node, entry, folder: this.#folder, env: process.env, missedBeats }, () => {
      const at = this.#processes.indexOf(child)
      if (at >= 0) this.#processes.splice(at, 1)
      if (!this.#closed) this.#dispatch()
    })
    this.#processes.push(child)
    return child
  }

  /** One attempt; a crash is tried once more in a fresh process, a second crash fails the task for good. */
  async #work(waiting: Waiting, child: ComputeProcess, number: number): Promise<void> {
    if (waiting.options.affinity !== undefined) child.affinities.add(waiting.options.affinity)
    const options = { ...waiting.options, memoryMb: waiting.options.memoryMb ?? this.#settings.memoryMb }
    const attempt = await child.attempt(waiting.id, number, waiting.task, options)
    if (attempt.kind === 'done') waiting.resolve(attempt.result)
    else if (attempt.kind === 'failed') waiting.reject(attempt.error)
    else if (waiting.options.signal?.aborted || this.#closed) waiting.reject(cancelled())
    else if (number === 1) return void this.#work(waiting, this.#start(), 2)
    else waiting.reject(this.#gaveUp(attempt.error))
    this.#recycle(child)
    if (!this.#closed) this.#dispatch()
  }

  #gaveUp(error: SaliscopeError): SaliscopeError {
    if (error.code !== 'compute.crashed') return error
    return new SaliscopeError(
      'compute.crashed',
      `${error.message} It was tried twice and is not tried again.`,
      { ...error.detail, attempts: 2 },
      'stopped',
    )
  }

  #recycle(child: ComputeProcess): void {
    const { recycleAfter, recycleAboveMb } = this.#settings
    if (!child.alive || child.busy || (child.taskCount < recycleAfter && child.residentMb < recycleAboveMb)) return
    const at = this.#processes.indexOf(child)
    if (at >= 0) this.#processes.splice(at, 1)
    child.stop()
  }
}

/** A pool of compute processes under the program's own Node; they start with the first tasks and are ended by `close`. */
export function createPool(settings: PoolSettings = {}): ComputePool {
  return new ProcessPool(settings)
}
