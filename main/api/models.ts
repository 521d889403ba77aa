import { Hono } from 'hono'
import { z } from 'zod'
import { type Preview, preview } from '../experiment/preview.ts'
import { suggestCard } from '../experiment/suggest-card.ts'
import { bytesOf } from '../project/pack.ts'
import { modelCardSchema } from '../shared/domain/model-card.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { ApiDeps } from './deps.ts'
import { binary, body } from './respond.ts'

/** Tensors of the last previews, until the page has fetched them. */
const previewsKept = 4

export function modelRoutes({ workbench, files, pool, newId }: ApiDeps) {
  const previews = new Map<string, Preview>()
  const keep = (made: Preview): string => {
    const id = newId('preview')
    previews.set(id, made)
    for (const oldest of previews.keys()) {
      if (previews.size <= previewsKept) break
      previews.delete(oldest)
    }
    return id
  }
  return new Hono()
    .get('/', (c) => c.json(workbench.project.models.list()))
    .post('/', body(z.object({ source: z.string().min(1), card: modelCardSchema.optional() })), async (c) => {
      const { project, runner } = workbench
      project.file.assertWritable()
      const { source, card } = c.req.valid('json')
      const request = { source: await files.readable(source), fileName: files.nameOf(source), card: card ?? null }
      return c.json({ jobId: runner.enqueue('inspect', request).id }, 202)
    })
    .get('/:id', (c) => c.json(workbench.project.models.get(c.req.param('id'))))
    .delete('/:id', (c) => {
      workbench.project.models.remove(c.req.param('id'), 'user')
      workbench.events.changed('model', c.req.param('id'))
      return c.json({ ok: true })
    })
    .get('/:id/suggested-card', (c) => c.json(suggestCard(workbench.project.models.get(c.req.param('id')))))
    .post('/:id/preview', body(z.object({ card: modelCardSchema, volumeId: z.string() })), async (c) => {
      const { card, volumeId } = c.req.valid('json')
      const { project, models } = workbench
      const made = await preview(
        { project, pool, models, signal: c.req.raw.signal },
        { modelId: c.req.param('id'), volumeId, card },
      )
      const { dims, grid, range } = made.input
      return c.json({ previewId: keep(made), dims, grid, range, scores: made.scores, findings: made.findings })
    })
    .get('/:id/preview/:previewId', (c) => {
      const made = previews.get(c.req.param('previewId'))
      if (made === undefined)
        throw new SaliscopeError('api.not-found', 'This preview is not kept any more. Make it again.')
      const { dims, data } = made.input
      return binary(c, { type: 'float32', shape: dims, bytes: data.byteLength }, bytesOf(data))
    })
    .put('/:id/card', body(modelCardSchema), (c) => {
      const model = workbench.project.models.setCard(c.req.param('id'), c.req.valid('json'), 'user')
      workbench.events.changed('model', model.id)
      return c.json(model)
    })
}
