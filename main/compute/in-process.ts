import { fromEnvelope, SaliscopeError, toEnvelope } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { grantedReader } from './grants.ts'
import type { ComputePool, Task, TaskOptions, TaskRequest, TaskResult } from './task.ts'
import { taskRegistry } from './tasks/registry.ts'

/**
 * The pool's interface without processes, for the command line and for tests: tasks run here, one after the other as they
 * are asked for. Cancel and the time limit are honoured between chunks only, and a native crash ends the whole program.
 */
class InProcess implements ComputePool {
  readonly size = 1
  readonly #tasks: ReadonlyMap<string, Task>
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(tasks: ReadonlyMap<string, Task>) {
    this.#tasks = tasks
  }

  run(task: TaskRequest, options: TaskOptions = {}): Promise<TaskResult> {
    const turn = this.#last.then(() => this.#work(task, options))
    this.#last = turn.catch(() => undefined) // the caller receives the failure; the next task only waits for its end
    return turn
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#last
  }

  async #work(request: TaskRequest, options: TaskOptions): Promise<TaskResult> {
    const task = this.#tasks.get(request.kind)
    if (task === undefined) throw new SaliscopeError('compute.unknown-task', `There is no task called ${request.kind}.`)
    const late = options.timeoutMs === undefined ? null : AbortSignal.timeout(options.timeoutMs)
    const signal = AbortSignal.any([options.signal, late].filter((one) => one instanceof AbortSignal))
    const run: Run = { signal, progress: (done, total, stage = '') => options.onProgress?.(done, total, stage) }
    try {
      if (this.#closed || signal.aborted)
        throw new SaliscopeError('cancelled', 'The task was cancelled.', {}, 'stopped')
      return await task.run(request.payload, request.arrays ?? [], run, {
        granted: grantedReader(request.grants ?? []),
        attempt: 1,
      })
    } catch (error) {
      if (options.signal?.aborted) throw new SaliscopeError('cancelled', 'The task was cancelled.', {}, 'stopped')
      if (late?.aborted)
        throw new SaliscopeError(
          'compute.timeout',
          `The task was ended after ${(options.timeoutMs ?? 0) / 1000} s.`,
          { timeoutMs: options.timeoutMs },
          'limit',
        )
      throw error instanceof SaliscopeError ? error : fromEnvelope(toEnvelope(error))
    }
  }
}

/** Runs tasks in this very process. */
export function createInProcess(tasks: ReadonlyMap<string, Task> = taskRegistry()): ComputePool {
  return new InProcess(tasks)
}
