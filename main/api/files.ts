import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
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
    .post('/saves', query(z.object({ target: z.string().min(1).max(200) })), async (c) => {
      const { target } = c.req.valid('query')
      const content = c.req.raw.body
      if (content === null)
        throw new SaliscopeError('api.invalid', 'There is nothing to save: the request has no body.')
      if (path.isAbsolute(target))
        throw new SaliscopeError('api.not-granted', 'Files are saved where a dialog said, never at a path of the page.')
      await writeWhole(await files.writable(target), content)
      return c.json({ ok: true }, 201)
    })
}

/** The whole file or none of it: what stood at the place before stays until the last byte is written. */
async function writeWhole(file: string, content: ReadableStream<Uint8Array>): Promise<void> {
  const partial = `${file}.part`
  try {
    await pipeline(Readable.fromWeb(content as WebStream<Uint8Array>), createWriteStream(partial, { flush: true }))
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
