import type { Run } from '../shared/run.ts'

export type TaskArray = Float32Array | Float64Array | Int16Array | Uint16Array | Uint8Array | Int32Array

/** A plain JSON description plus arrays. `grants` are the real paths this task may read; it may read nothing else. */
export interface TaskRequest {
  readonly kind: string
  readonly payload: unknown
  readonly arrays?: readonly TaskArray[]
  readonly grants?: readonly string[]
}

export interface TaskResult {
  readonly record: unknown
  readonly arrays: readonly TaskArray[]
}

export interface TaskOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, stage: string) => void
  /** Wall-clock limit in ms. */
  readonly timeoutMs?: number
  /** Resident memory limit in MB. */
  readonly memoryMb?: number
  /** Tasks of one affinity go to the process that already holds their session (the model's hash). */
  readonly affinity?: string
  /** Higher runs first; what a user is waiting for is above a batch. Default 0. */
  readonly priority?: number
}

/** The only way work leaves the workstation process. Rejects with SaliscopeError: 'cancelled', 'compute.crashed', 'compute.memory', 'compute.timeout', or the task's own. */
export interface ComputePool {
  run(task: TaskRequest, options?: TaskOptions): Promise<TaskResult>
  readonly size: number
  close(): Promise<void>
}

/** What a task may know besides its payload. */
export interface TaskContext {
  /** The real path of a granted file or of a file inside a granted folder; 'compute.not-granted' for any other. */
  granted(path: string): string
  /** 1, or 2 when a first process crashed on this task. */
  readonly attempt: number
}

/** One kind of work, run inside a compute process; registered in compute/tasks/registry.ts. */
export interface Task {
  readonly kind: string
  run(payload: unknown, arrays: readonly TaskArray[], run: Run, context: TaskContext): Promise<TaskResult>
}
