import { Hono } from 'hono'
import { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import type { ApiDeps } from './deps.ts'
import { query } from './respond.ts'

export function fileRoutes({ files }: ApiDeps) {
  return new Hono()
    .get('/files', query(z.object({ path: z.string().optional() })), async (c) =>
      c.json(await files.list(c.req.valid('query').path ?? null)),
    )
    .post('/uploads', query(z.object({ name: z.string().min(1).max(1000) })), async (c) => {
      const content = c.req.raw.body
      if (content === null) throw new SaliscopeError('api.invalid', 'The upload has no body.')
      return c.json(await files.keepUpload(c.req.valid('query').name, content), 201)
    })
}
