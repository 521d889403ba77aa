import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { SaliscopeError } from '../shared/errors.ts'
import { createPool, type PoolSettings } from './pool.ts'
import type { ComputePool, TaskOptions } from './task.ts'

const entry = path.join(import.meta.dirname, 'test-worker.support.ts')
const pools: ComputePool[] = []

function pool(settings: PoolSettings = {}): ComputePool {
  const made = createPool({ entry, size: 1, ...settings })
  pools.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((one) => one.close()))
})

async function failure(promise: Promise<unknown>): Promise<SaliscopeError> {
  return promise.then(
    () => expect.unreachable('the task should have failed'),
    (error: SaliscopeError) => error,
  )
}

async function pidOf(one: ComputePool, options: TaskOptions = {}): Promise<number> {
  const { record } = await one.run({ kind: 'echo', payload: null }, options)
  return (record as { pid: number }).pid
}

describe('a task', () => {
  it('brings payload and arrays there and back, in another process', async () => {
    const arrays = [Float32Array.of(1.5, -2), Int16Array.of(-3), new Float64Array(0)]
    const { record, arrays: back } = await pool().run({ kind: 'echo', payload: { a: [1, 'x'] }, arrays })
    expect(record).toMatchObject({ payload: { a: [1, 'x'] } })
    expect((record as { pid: number }).pid).not.toBe(process.pid)
    expect(back).toEqual(arrays)
  })

  it('carries arrays too large for a message, and leaves no file behind', async () => {
    const large = new Float32Array(6_000_000).map((_, i) => i % 1000)
    const before = new Set(readdirSync(tmpdir()))
    const one = pool()
    const { arrays } = await one.run({ kind: 'echo', payload: null, arrays: [large, Uint8Array.of(9)] })
    expect(
      Buffer.compare(
        new Uint8Array((arrays[0] as Float32Array).buffer, arrays[0].byteOffset, arrays[0].byteLength),
        new Uint8Array(large.buffer),
      ),
    ).toBe(0)
    expect(arrays[1]).toEqual(Uint8Array.of(9))
    const folder = readdirSync(tmpdir()).find(
      (name) => name.startsWith(`saliscope-compute-${process.pid}-`) && !before.has(name),
    )
    expect(readdirSync(path.join(tmpdir(), folder as string))).toEqual([])
    await one.close()
    expect(readdirSync(tmpdir())).not.toContain(folder)
  })

  it('fails with its own sentence and keeps its process', async () => {
    const one = pool()
    const pid = await pidOf(one)
    expect(await failure(one.run({ kind: 'fail', payload: null }))).toMatchObject({
      code: 'internal',
      message: 'a plain error',
    })
    expect(await failure(one.run({ kind: 'nonsense', payload: null }))).toMatchObject({ code: 'compute.unknown-task' })
    expect(await pidOf(one)).toBe(pid)
  })

  it('reads granted paths only, links resolved', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'grants-'))
    writeFileSync(path.join(folder, 'inside.txt'), 'x')
    symlinkSync('/etc/hostname', path.join(folder, 'link.txt'))
    const one = pool()
    const ask = (name: string) =>
      one.run({ kind: 'read', payload: { path: path.join(folder, name) }, grants: [folder] })
    expect((await ask('inside.txt')).record).toBe(path.join(folder, 'inside.txt'))
    expect(await failure(ask('link.txt'))).toMatchObject({ code: 'compute.not-granted' })
    expect(await failure(ask('../elsewhere'))).toMatchObject({ code: 'compute.not-granted' })
    rmSync(folder, { recursive: true })
  })
})

describe('cancel', () => {
  it('is answered by a task that listens, and its process lives on', async () => {
    const one = pool()
    const pid = await pidOf(one)
    const abort = new AbortController()
    const promise = failure(
      one.run({ kind: 'polite-wait', payload: null }, { signal: abort.signal, onProgress: () => abort.abort() }),
    )
    expect((await promise).code).toBe('cancelled')
    expect(await pidOf(one)).toBe(pid)
  })

  it('ends a process that does not listen within a second, and the next task gets a fresh one', async () => {
    const one = pool()
    const pid = await pidOf(one)
    const abort = new AbortController()
    let askedAt = 0
    const promise = failure(
      one.run(
        { kind: 'hang', payload: null },
        {
          signal: abort.signal,
          onProgress: () =>
            setTimeout(() => {
              askedAt = performance.now()
              abort.abort()
            }, 100),
        },
      ),
    )
    expect((await promise).code).toBe('cancelled')
    expect(performance.now() - askedAt).toBeLessThan(1000)
    expect(await pidOf(one)).not.toBe(pid)
  })

  it('takes a waiting task out of the queue', async () => {
    const one = pool()
    const running = new AbortController()
    const first = failure(one.run({ kind: 'polite-wait', payload: null }, { signal: running.signal }))
    const waiting = new AbortController()
    const second = failure(one.run({ kind: 'echo', payload: null }, { signal: waiting.signal }))
    waiting.abort()
    expect((await second).code).toBe('cancelled')
    running.abort()
    expect((await first).code).toBe('cancelled')
  })
})

describe('a crash', () => {
  it('is tried once more in a fresh process', async () => {
    const { record } = await pool().run({ kind: 'crash', payload: { times: 1, signal: 'SIGSEGV' } })
    expect(record).toMatchObject({ attempt: 2 })
  })

  it('fails for good after two processes, naming signal and stage', async () => {
    const one = pool()
    const error = await failure(one.run({ kind: 'crash', payload: { times: 9, signal: 'SIGABRT' } }))
    expect(error).toMatchObject({
      code: 'compute.crashed',
      detail: { signal: 'SIGABRT', stage: 'layer 3', attempts: 2 },
    })
    expect(error.message).toMatch(/signal SIGABRT.*layer 3.*tried twice/)
    expect(await pidOf(one)).toBeGreaterThan(0)
  })

  it('names the exit code', async () => {
    expect((await failure(pool().run({ kind: 'crash', payload: { times: 9, signal: null } }))).message).toMatch(
      /exit code 7/,
    )
  })

  it('is what a process that gives no sign of life ends with, and the next task gets a fresh one', async () => {
    const one = pool({ missedBeats: 4 })
    const pid = await pidOf(one)
    const error = await failure(
      one.run(
        { kind: 'stop', payload: null },
        { onProgress: (_done, _total, stage) => expect(stage).toBe('stopping') },
      ),
    )
    expect(error).toMatchObject({ code: 'compute.crashed', detail: { signal: 'SIGKILL', attempts: 2 } })
    expect(error.message).toMatch(/no sign of life for 1 s.*stopping/)
    expect(await pidOf(one)).not.toBe(pid)
  })

  it('is not what a long run without a pause in it ends with: its heart beats on', async () => {
    const { record } = await pool({ missedBeats: 16 }).run({ kind: 'block', payload: 6000 })
    expect(record).toBe('done')
  })

  it('of the program itself ends its compute processes: a killed parent leaves no orphan', async () => {
    const { spawn } = await import('node:child_process')
    const code = `import { createPool } from ${JSON.stringify(path.join(import.meta.dirname, 'pool.ts'))}
      const one = createPool({ entry: ${JSON.stringify(entry)}, size: 1 })
      const { record } = await one.run({ kind: 'echo', payload: null })
      one.run({ kind: 'hang', payload: null }, { onProgress: () => console.log(record.pid) })`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
    parent.kill('SIGKILL')
    const isAlive = () => {
      try {
        process.kill(pid, 0)
        return true
      } catch {
        return false
      }
    }
    const end = performance.now() + 3000
    while (isAlive() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(isAlive()).toBe(false)
  })
})

describe('limits', () => {
  it('end a task above its memory, and it is not tried again', async () => {
    const error = await failure(pool().run({ kind: 'eat', payload: null }, { memoryMb: 400 }))
    expect(error).toMatchObject({ code: 'compute.memory', outcome: 'limit', detail: { memoryMb: 400 } })
  })

  it('hold for a task that states none: the pool’s own', async () => {
    const one = pool({ memoryMb: 400 })
    expect((await failure(one.run({ kind: 'eat', payload: null }))).code).toBe('compute.memory')
    expect(await pidOf(one)).toBeGreaterThan(0)
  })

  it('end a task above its time', async () => {
    const error = await failure(pool().run({ kind: 'hang', payload: null }, { timeoutMs: 4000 }))
    expect(error).toMatchObject({ code: 'compute.timeout', detail: { stage: 'hanging' } })
  })

  it('name a Node that is not there', async () => {
    expect(await failure(pool({ node: '/nowhere/node' }).run({ kind: 'echo', payload: null }))).toMatchObject({
      code: 'compute.start',
    })
  })
})

describe('the queue', () => {
  it('runs higher priorities first, equal ones in order', async () => {
    const one = pool()
    const order: string[] = []
    const add = (name: string, priority: number) =>
      one.run({ kind: 'echo', payload: name }, { priority }).then(() => order.push(name))
    await Promise.all([add('first', 0), add('batch 1', 0), add('batch 2', 0), add('urgent', 5)])
    expect(order).toEqual(['first', 'urgent', 'batch 1', 'batch 2'])
  })

  it('sends tasks of one affinity to one process, and others elsewhere', async () => {
    const one = pool({ size: 2 })
    const a = await pidOf(one, { affinity: 'model a' })
    const b = await pidOf(one, { affinity: 'model b' })
    expect(b).not.toBe(a)
    expect(
      await Promise.all([
        pidOf(one, { affinity: 'model a' }),
        pidOf(one, { affinity: 'model a' }),
        pidOf(one, { affinity: 'model b' }),
      ]),
    ).toEqual([a, a, b])
  })

  it('replaces a process after so many tasks', async () => {
    const one = pool({ recycleAfter: 2 })
    const pids = [await pidOf(one), await pidOf(one), await pidOf(one)]
    expect(pids[1]).toBe(pids[0])
    expect(pids[2]).not.toBe(pids[0])
  })
})
