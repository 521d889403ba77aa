import { Hono } from 'hono'
import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import type { ApiDeps } from './deps.ts'

/** Asked once, in a compute process: drivers may crash. */
function providersOf(deps: ApiDeps): () => Promise<string[]> {
  const recordSchema = z.array(z.object({ name: z.string(), available: z.boolean() }).loose())
  let asked: Promise<string[]> | null = null
  return () => {
    asked ??= deps.pool.run({ kind: 'list-providers', payload: {} }, { timeoutMs: 60_000 }).then(
      ({ record }) =>
        recordSchema
          .parse(record)
          .filter((one) => one.available)
          .map((one) => one.name),
      (error: unknown) => {
        // A search that the program's end cut short is no failure.
        if (!(error instanceof SaliscopeError && error.code === 'cancelled'))
          deps.log({ id: deps.newId('error'), route: 'list-providers', error })
        // The CPU is part of ONNX Runtime itself; only the search for others failed.
        return ['cpu']
      },
    )
    return asked
  }
}

export function sessionRoutes(deps: ApiDeps) {
  const providers = providersOf(deps)
  return new Hono().get('/', async (c) => {
    const { workbench, version, shell, platform, threads } = deps
    // The page must not wait for a driver: until the answer is there, the CPU alone is named.
    const known = await Promise.race([
      providers(),
      new Promise<string[]>((resolve) => setTimeout(() => resolve(['cpu']), 50)),
    ])
    return c.json({
      version,
      shell,
      platform,
      threads,
      providers: known,
      project: workbench.current?.project.header() ?? null,
      recent: workbench.recent(),
    })
  })
}
