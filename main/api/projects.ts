import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { Hono } from 'hono'
import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import type { ApiDeps } from './deps.ts'
import { body } from './respond.ts'

const name = z.string().trim().min(1).max(200)

export function projectRoutes(deps: ApiDeps) {
  const { workbench, files } = deps
  return new Hono()
    .post('/projects', body(z.object({ target: z.string().min(1), name })), async (c) => {
      const { target, name: title } = c.req.valid('json')
      const wanted = await files.writable(target)
      const file = wanted.toLowerCase().endsWith('.saliscope') ? wanted : `${wanted}.saliscope`
      const project = await workbench.create(file, title)
      return c.json(project.header(), 201)
    })
    .post(
      '/projects/open',
      body(
        z.object({
          source: z.string().min(1),
          readOnly: z.boolean().default(false),
          acceptLoss: z.boolean().default(false),
          takeOverLock: z.boolean().default(false),
        }),
      ),
      async (c) => {
        const { source, ...options } = c.req.valid('json')
        const recent = workbench.recent().find((entry) => entry.id === source)
        const project = await workbench.open(recent?.path ?? (await files.readable(source)), options)
        return c.json(project.header())
      },
    )
    .delete('/projects/recent/:id', (c) => {
      workbench.forget(c.req.param('id'))
      return c.json({ ok: true })
    })
    .post('/projects/close', async (c) => {
      await workbench.close()
      return c.json({ ok: true })
    })
    .post('/projects/backup', async (c) => {
      const file = await workbench.project.backUp()
      workbench.events.emit({ event: 'project', data: workbench.project.header() })
      return c.json({ path: file })
    })
    .get('/projects/backups', (c) => c.json(workbench.project.backups().map((file) => basename(file))))
    .post('/projects/verify', async (c) => {
      const { database, damaged, orphans } = await workbench.project.verify(() => {})
      const problems = [
        ...(database === 'ok'
          ? []
          : [`The database does not pass its consistency check: ${database}. Open the newest backup.`]),
        ...damaged.map(({ reason }) => reason),
        ...(orphans === 0
          ? []
          : [
              `${orphans} files in the folder beside the project belong to nothing; they are removed when it is opened next.`,
            ]),
      ]
      return c.json({ problems })
    })
    .post('/demo', async (c) => {
      if (workbench.current?.project.file.path !== deps.demoFile) {
        if (existsSync(deps.demoFile)) await workbench.open(deps.demoFile, {})
        else await workbench.create(deps.demoFile, 'Demo with known truth')
      }
      if (!workbench.project.file.writable)
        throw new SaliscopeError(
          'api.read-only',
          `The demo project cannot be written: ${workbench.project.file.readOnlyReason}`,
        )
      return c.json({ jobId: workbench.runner.enqueue('demo', {}).id }, 202)
    })
}
