import { type ChildProcess, fork } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fromEnvelope, SaliscopeError } from '../shared/errors.ts'
import { HEARTBEAT_FD, HEARTBEAT_MS } from './heartbeat.ts'
import type { TaskOptions, TaskRequest, TaskResult } from './task.ts'
import { dropArrays, type FromWorker, packArrays, type ToWorker, unpackArrays } from './wire.ts'

/** A cancelled task has this long to stop by itself before its process is ended. */
export const GRACE_MS = 500
const TAIL_CHARACTERS = 2000

/** How one attempt ended. `crashed` is the only ending that may be tried again. */
export type Attempt =
  | { readonly kind: 'done'; readonly result: TaskResult }
  | { readonly kind: 'failed'; readonly error: SaliscopeError }
  | { readonly kind: 'crashed'; readonly error: SaliscopeError }

interface Current {
  readonly id: number
  readonly options: TaskOptions
  readonly startedAt: number
  readonly finish: (attempt: Attempt) => void
  stage: string
  cancelAsked: boolean
  /** Why we ended the process ourselves; null when it ended by its own. */
  killedFor: SaliscopeError | null
}

export interface ProcessSettings {
  readonly node: string
  readonly entry: string
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** After so many missed beats a process counts as hung; counted in our own ticks, so that a sleeping laptop does not look like one. */
  readonly missedBeats: number
}

function endingOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`
  return `exit code ${code}`
}

/** One supervised child: a task at a time, its memory and time watched, and an ending that is always told. */
export class ComputeProcess {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #missedBeats: number
  #current: Current | null = null
  #timer: NodeJS.Timeout | null = null
  #missed = 0
  #hung = false
  #tail = ''
  #residentMb = 0
  #startError: string | null = null
  /** Affinities whose sessions this process holds. */
  readonly affinities = new Set<string>()
  taskCount = 0
  alive = true

  constructor(settings: ProcessSettings, onExit: () => void) {
    this.#folder = settings.folder
    this.#missedBeats = settings.missedBeats
    this.#child = fork(settings.entry, [settings.folder], {
      execPath: settings.node,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: settings.env as NodeJS.ProcessEnv,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS)
      })
    }
    this.#watchBeats(this.#child.stdio[HEARTBEAT_FD] as Readable)
    this.#child.on('message', (message: FromWorker) => this.#receive(message))
    this.#child.on('error', (error) => {
      this.#startError = error.message
      if (this.#child.pid === undefined) this.#ended(null, null, onExit)
    })
    this.#child.on('exit', (code, signal) => this.#ended(code, signal, onExit))
  }

  get busy(): boolean {
    return this.#current !== null
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Resident memory at the last beat. */
  get residentMb(): number {
    return this.#residentMb
  }

  /** Runs one attempt of a task; never rejects. */
  attempt(id: number, number: number, task: TaskRequest, options: TaskOptions): Promise<Attempt> {
    if (this.#current !== null) throw new Error('This compute process is busy.')
    this.taskCount++
    return new Promise((resolve) => {
      const cancel = () => this.#cancel()
      const finish = (attempt: Attempt) => {
        this.#current = null
        if (this.#timer !== null) clearInterval(this.#timer)
        options.signal?.removeEventListener('abort', cancel)
        resolve(attempt)
      }
      this.#current = {
        id,
        options,
        startedAt: performance.now(),
        finish,
        stage: 'starting',
        cancelAsked: false,
        killedFor: null,
      }
      this.#missed = 0
      this.#timer = setInterval(() => this.#tick(), HEARTBEAT_MS)
      options.signal?.addEventListener('abort', cancel, { once: true })
      if (!this.alive)
        return finish({
          kind: 'crashed',
          error: new SaliscopeError(
            'compute.start',
            `The compute process could not be started: ${this.#startError ?? 'it ended at once'}.`,
          ),
        })
      const arrays = packArrays(task.arrays ?? [], this.#folder)
      this.#send({
        kind: 'task',
        id,
        attempt: number,
        task: task.kind,
        payload: task.payload,
        arrays,
        grants: task.grants ?? [],
      })
    })
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Ends the process after its last message, or at once when it is in the middle of a task. */
  stop(): void {
    if (this.busy) this.kill()
    else this.#send({ kind: 'quit' })
  }

  #send(message: ToWorker): void {
    this.#child.send(message, (error) => {
      // A process that died between two messages is told by its exit event, with its code.
      if (error !== null && this.alive) this.kill()
    })
  }

  #cancel(): void {
    const current = this.#current
    if (current === null || current.cancelAsked) return
    current.cancelAsked = true
    this.#send({ kind: 'cancel', id: current.id })
    setTimeout(() => {
      if (this.#current === current)
        this.#killFor(current, new SaliscopeError('cancelled', 'The task was cancelled.', {}, 'stopped'))
    }, GRACE_MS).unref()
  }

  #killFor(current: Current, error: SaliscopeError): void {
    current.killedFor ??= error
    this.kill()
  }

  /** Counts our own time against the limits; the memory arrives with each beat. */
  #tick(): void {
    const current = this.#current
    if (current === null) return
    const { timeoutMs, memoryMb } = current.options
    const elapsed = performance.now() - current.startedAt
    this.#missed++
    if (timeoutMs !== undefined && elapsed > timeoutMs) {
      this.#killFor(
        current,
        new SaliscopeError(
          'compute.timeout',
          `The task was ended after ${(timeoutMs / 1000).toFixed(1)} s (stage: ${current.stage}).`,
          { timeoutMs, stage: current.stage },
          'limit',
        ),
      )
    } else if (memoryMb !== undefined && this.#residentMb > memoryMb) {
      const message = `The task was ended because its process used ${Math.round(this.#residentMb)} MB of the ${memoryMb} MB it was allowed (stage: ${current.stage}).`
      this.#killFor(
        current,
        new SaliscopeError(
          'compute.memory',
          message,
          { memoryMb, usedMb: Math.round(this.#residentMb), stage: current.stage },
          'limit',
        ),
      )
    } else if (this.#missed > this.#missedBeats) {
      this.#hung = true
      this.kill()
    }
  }

  #watchBeats(stream: Readable): void {
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#residentMb = Number(line) / 1024
      this.#missed = 0
    })
    stream.on('error', () => stream.destroy()) // the process is ending; its exit event says how
  }

  #receive(message: FromWorker): void {
    const current = this.#current
    if (message.kind === 'ready') return
    if (current === null || message.id !== current.id) {
      if (message.kind === 'result') dropArrays(message.arrays)
      return
    }
    if (message.kind === 'progress') {
      current.stage = message.stage || current.stage
      if (!current.cancelAsked) current.options.onProgress?.(message.done, message.total, message.stage)
    } else if (message.kind === 'error') {
      current.finish({ kind: 'failed', error: fromEnvelope(message.error) })
    } else {
      current.finish({ kind: 'done', result: { record: message.record, arrays: unpackArrays(message.arrays) } })
    }
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, onExit: () => void): void {
    if (!this.alive) return
    this.alive = false
    const current = this.#current
    if (current !== null) {
      if (current.killedFor !== null) current.finish({ kind: 'failed', error: current.killedFor })
      else current.finish({ kind: 'crashed', error: this.#crash(current, code, signal) })
    }
    onExit()
  }

  #crash(current: Current, code: number | null, signal: NodeJS.Signals | null): SaliscopeError {
    if (this.#startError !== null)
      return new SaliscopeError('compute.start', `The compute process could not be started: ${this.#startError}.`)
    const hint = signal === 'SIGKILL' ? '; the system may have run out of memory' : ''
    const silence = ((this.#missedBeats * HEARTBEAT_MS) / 1000).toFixed(0)
    const message = this.#hung
      ? `The compute process gave no sign of life for ${silence} s and was ended (stage: ${current.stage}).`
      : `The compute process ended with ${endingOf(code, signal)} while it worked (stage: ${current.stage})${hint}.`
    return new SaliscopeError(
      'compute.crashed',
      message,
      { exitCode: code, signal, stage: current.stage, residentMb: Math.round(this.#residentMb), output: this.#tail },
      'stopped',
    )
  }
}
