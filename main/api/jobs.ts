import { Hono } from 'hono'
import type { ApiDeps } from './deps.ts'

export function jobRoutes({ workbench }: ApiDeps) {
  return new Hono()
    .get('/', (c) => c.json(workbench.current === null ? [] : workbench.runner.list().toReversed()))
    .get('/:id', (c) => c.json(workbench.runner.get(c.req.param('id'))))
    .delete('/:id', (c) => c.json(workbench.runner.cancel(c.req.param('id'))))
    .post('/:id/pause', (c) => c.json(workbench.runner.pause(c.req.param('id'))))
    .post('/:id/resume', (c) => c.json(workbench.runner.resume(c.req.param('id'))))
    .post('/:id/retry', (c) => c.json(workbench.runner.resume(c.req.param('id'))))
}
