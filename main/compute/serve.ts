import type { ErrorEnvelope } from '../shared/errors.ts'
import { SaliscopeError, toEnvelope } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { grantedReader } from './grants.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Task } from './task.ts'
import type { FromWorker, ToWorker } from './wire.ts'
import { packArrays, unpackArrays } from './wire.ts'

/** Progress is sent at most this often: thousands of messages would only delay the work. */
const PROGRESS_MS = 50

interface Running {
  readonly id: number
  readonly abort: AbortController
}

function send(message: FromWorker): void {
  process.send?.(message)
}

/** Progress of one task: the first and every change of stage at once, else at most every 50 ms; never after the end. */
function makeRun(id: number, signal: AbortSignal): Run {
  let last = 0
  let lastStage: string | undefined
  return {
    signal,
    progress(done, total, stage = '') {
      const now = performance.now()
      if (stage === lastStage && now - last < PROGRESS_MS && done < total) return
      last = now
      lastStage = stage
      send({ kind: 'progress', id, done, total, stage })
    },
  }
}

/** `cancelled` once the signal was raised, whatever the task threw on its way out. */
function envelopeOf(error: unknown, signal: AbortSignal): ErrorEnvelope {
  if (signal.aborted) return { code: 'cancelled', message: 'The task was cancelled.' }
  return toEnvelope(error)
}

/**
 * Serves tasks to the parent process until it says quit or goes away. One task at a time; the message channel keeps
 * working while a task waits, so a cancel reaches it between two chunks.
 */
export function serveTasks(tasks: ReadonlyMap<string, Task>, folder: string): void {
  let running: Running | null = null

  async function work(message: Extract<ToWorker, { kind: 'task' }>): Promise<void> {
    const abort = new AbortController()
    running = { id: message.id, abort }
    try {
      const task = tasks.get(message.task)
      if (task === undefined)
        throw new SaliscopeError('compute.unknown-task', `There is no task called ${message.task}.`)
      const context = { granted: grantedReader(message.grants), attempt: message.attempt }
      const result = await task.run(
        message.payload,
        unpackArrays(message.arrays),
        makeRun(message.id, abort.signal),
        context,
      )
      abort.signal.throwIfAborted()
      send({ kind: 'result', id: message.id, record: result.record, arrays: packArrays(result.arrays, folder) })
    } catch (error) {
      send({ kind: 'error', id: message.id, error: envelopeOf(error, abort.signal) })
    } finally {
      running = null
    }
  }

  process.on('message', (message: ToWorker) => {
    if (message.kind === 'task') void work(message)
    else if (message.kind === 'cancel') {
      if (running?.id === message.id) running.abort.abort()
    } else process.exit(0)
  })
  process.on('disconnect', () => process.exit(0))
  startHeartbeat()
  send({ kind: 'ready' })
}
