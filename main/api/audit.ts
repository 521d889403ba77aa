import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiDeps } from './deps.ts'
import { query } from './respond.ts'

export function auditRoutes({ workbench }: ApiDeps) {
  return new Hono().get('/', query(z.object({ after: z.coerce.number().int().nonnegative().default(0) })), (c) =>
    c.json(workbench.project.audit.after(c.req.valid('query').after)),
  )
}
