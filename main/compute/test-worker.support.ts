// A compute process for the pool's tests: tasks that crash, hang, eat memory and answer.
import { serveTasks } from './serve.ts'
import type { Task } from './task.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function spin(ms: number): void {
  const end = Date.now() + ms
  while (Date.now() < end) Math.sqrt(end)
}

const tasks: readonly Task[] = [
  {
    kind: 'echo',
    run: async (payload, arrays) => ({ record: { payload, pid: process.pid }, arrays }),
  },
  {
    kind: 'polite-wait',
    async run(_payload, _arrays, run) {
      for (let i = 0; i < 1000; i++) {
        run.signal.throwIfAborted()
        run.progress(i, 1000, 'waiting')
        await sleep(10)
      }
      return { record: null, arrays: [] }
    },
  },
  {
    kind: 'hang',
    async run(_payload, _arrays, run) {
      run.progress(0, 1, 'hanging')
      await sleep(20)
      spin(60_000)
      return { record: null, arrays: [] }
    },
  },
  {
    kind: 'block',
    async run(payload) {
      spin(payload as number)
      return { record: 'done', arrays: [] }
    },
  },
  {
    // Halts every thread of the process, the heart too.
    kind: 'stop',
    async run(_payload, _arrays, run) {
      run.progress(0, 1, 'stopping')
      await sleep(50)
      process.kill(process.pid, 'SIGSTOP')
      await sleep(10)
      return { record: null, arrays: [] }
    },
  },
  {
    kind: 'crash',
    async run(payload, _arrays, run, context) {
      const { times, signal } = payload as { times: number; signal: NodeJS.Signals | null }
      if (context.attempt > times) return { record: { attempt: context.attempt, pid: process.pid }, arrays: [] }
      run.progress(3, 7, 'layer 3')
      await sleep(50)
      if (signal === null) process.exit(7)
      process.kill(process.pid, signal)
      await sleep(10_000)
      return { record: null, arrays: [] }
    },
  },
  {
    kind: 'eat',
    async run(_payload, _arrays, run) {
      const held: Uint8Array[] = []
      for (let i = 0; i < 100; i++) {
        held.push(new Uint8Array(32 * 1024 * 1024).fill(i + 1))
        run.progress(i, 100, 'eating')
        spin(20)
      }
      return { record: held.length, arrays: [] }
    },
  },
  {
    kind: 'read',
    run: async (payload, _arrays, _run, context) => ({
      record: context.granted((payload as { path: string }).path),
      arrays: [],
    }),
  },
  {
    kind: 'fail',
    run: async () => {
      throw new Error('a plain error')
    },
  },
]

serveTasks(new Map(tasks.map((task) => [task.kind, task])), process.argv[2])
