import type { Task } from '../task.ts'

/** Every kind of work a compute process knows. Each is loaded when it is first asked for, so a process starts quickly. */
const TASKS: readonly LazyTask[] = [
  { kind: 'explain', load: async () => (await import('./explain.ts')).task },
  { kind: 'import-series', load: async () => (await import('./import-series.ts')).task },
  { kind: 'inspect-model', load: async () => (await import('./inspect-model.ts')).task },
  { kind: 'list-providers', load: async () => (await import('./list-providers.ts')).task },
  { kind: 'measure-map', load: async () => (await import('./measure-map.ts')).task },
  { kind: 'predict', load: async () => (await import('./predict.ts')).task },
  { kind: 'preprocess', load: async () => (await import('./preprocess.ts')).task },
  { kind: 'read-mask', load: async () => (await import('./read-mask.ts')).task },
  { kind: 'scan', load: async () => (await import('./scan.ts')).task },
]

interface LazyTask {
  readonly kind: string
  load(): Promise<Task>
}

function lazy(entry: LazyTask): Task {
  return {
    kind: entry.kind,
    async run(payload, arrays, run, context) {
      const task = await entry.load()
      if (task.kind !== entry.kind) throw new Error(`The task registered as ${entry.kind} calls itself ${task.kind}.`)
      return task.run(payload, arrays, run, context)
    },
  }
}

/** Kind → task; a duplicate kind throws at start. */
export function taskRegistry(entries: readonly LazyTask[] = TASKS): ReadonlyMap<string, Task> {
  const tasks = new Map<string, Task>()
  for (const entry of entries) {
    if (tasks.has(entry.kind)) throw new Error(`Two tasks are called ${entry.kind}.`)
    tasks.set(entry.kind, lazy(entry))
  }
  return tasks
}
