import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiDeps } from './deps.ts'
import { body } from './respond.ts'

export function importRoutes({ workbench, files }: ApiDeps) {
  return new Hono()
    .post('/', body(z.object({ sources: z.array(z.string().min(1)).min(1).max(100_000) })), async (c) => {
      const { project, runner } = workbench
      project.file.assertWritable()
      const sources = await Promise.all(c.req.valid('json').sources.map((source) => files.readable(source)))
      return c.json({ jobId: runner.enqueue('scan', { sources: [...new Set(sources)] }).id }, 202)
    })
    .get('/:id', (c) => c.json(workbench.project.scans.get(c.req.param('id'))))
    .post(
      '/:id/accept',
      body(
        z.object({
          keys: z.array(z.string()).min(1),
          deidentify: z.boolean().default(true),
          group: z.string().max(100).default(''),
          split: z.enum(['', 'train', 'tune', 'test']).default(''),
        }),
      ),
      (c) => {
        const { project, runner } = workbench
        const scan = project.scans.get(c.req.param('id'))
        return c.json({ jobId: runner.enqueue('import', { scanId: scan.id, ...c.req.valid('json') }).id }, 202)
      },
    )
}
