import { Hono } from 'hono'
import { z } from 'zod'
import type { Stroke } from '../project/mask-store.ts'
import { boxSchema } from '../project/mask-voxels.ts'
import { maskSchema, segmentSchema } from '../shared/domain/mask.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { compressedNiftiOfMask } from '../shared/geometry/nifti-mask.ts'
import type { ApiDeps } from './deps.ts'
import { binary, body, parseOrRefuse, query, readBody } from './respond.ts'

const strokeHead = z.object({ box: boxSchema, sequence: z.number().int().positive() })
const headLimit = 1000
/** One stroke at most: a whole volume of 512 × 512 × 1024. */
const strokeLimit = 256 * 2 ** 20
const version = z.coerce.number().int().positive().optional()

/** Header JSON line, newline, box voxels. errors  api.invalid */
function parseStroke(bytes: Uint8Array): Stroke {
  const end = bytes.indexOf(10)
  if (end < 0 || end > headLimit)
    throw new SaliscopeError('api.invalid', 'A stroke begins with one line of JSON; none was found.')
  let head: unknown
  try {
    head = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString('utf8'))
  } catch {
    throw new SaliscopeError('api.invalid', 'The first line of a stroke is not JSON.')
  }
  return { ...parseOrRefuse(strokeHead, head), voxels: bytes.slice(end + 1) }
}

export function maskRoutes({ workbench, files, clock, newId }: ApiDeps) {
  return new Hono()
    .get('/', query(z.object({ volumeId: z.string().optional() })), (c) =>
      c.json(workbench.project.masks.list(c.req.valid('query').volumeId)),
    )
    .post(
      '/',
      body(
        z.object({
          volumeId: z.string(),
          reader: z.string().trim().min(1).max(100),
          segments: z.array(segmentSchema).max(255),
        }),
      ),
      async (c) => {
        const mask = await workbench.project.masks.create({
          id: newId('mask'),
          origin: 'drawn',
          addedAt: clock().toISOString(),
          ...c.req.valid('json'),
        })
        workbench.events.changed('mask', mask.id)
        return c.json(mask, 201)
      },
    )
    .post(
      '/import',
      body(
        z.object({
          source: z.string().min(1),
          volumeId: z.string(),
          reader: z.string().trim().min(1).max(100),
          origin: z.enum(['imported', 'truth']).default('imported'),
        }),
      ),
      async (c) => {
        const { source, volumeId, ...rest } = c.req.valid('json')
        const volume = workbench.project.volumes.get(volumeId)
        const request = { maskFile: await files.readable(source), volumeId: volume.id, ...rest }
        return c.json({ jobId: workbench.runner.enqueue('import', request).id }, 202)
      },
    )
    .get('/:id', (c) => c.json(workbench.project.masks.get(c.req.param('id'))))
    .patch('/:id', body(maskSchema.pick({ segments: true, nothingToMark: true }).partial()), (c) => {
      const mask = workbench.project.masks.update(c.req.param('id'), c.req.valid('json'), 'user')
      workbench.events.changed('mask', mask.id)
      return c.json(mask)
    })
    .delete('/:id', (c) => {
      workbench.project.masks.remove(c.req.param('id'), 'user')
      workbench.events.changed('mask', c.req.param('id'))
      return c.json({ ok: true })
    })
    .get('/:id/voxels', query(z.object({ version })), async (c) => {
      const { project } = workbench
      const mask = project.masks.get(c.req.param('id'))
      const wanted = c.req.valid('query').version
      const voxels = await project.masks.voxels(mask.id, wanted)
      const [ni, nj, nk] = project.volumes.get(mask.volumeId).grid.dims
      const sha256 = mask.versions.find((one) => one.version === wanted)?.sha256
      return binary(c, { type: 'uint8', shape: [nk, nj, ni], bytes: voxels.byteLength, sha256 }, voxels)
    })
    .post('/:id/strokes', async (c) => {
      const { project, events } = workbench
      project.masks.get(c.req.param('id'))
      const answer = await project.masks.addStroke(
        c.req.param('id'),
        parseStroke(await readBody(c.req.raw, strokeLimit)),
      )
      events.changed('mask', c.req.param('id'))
      return c.json(answer)
    })
    .post('/:id/versions', body(z.object({ comment: z.string().max(10_000).default('') })), async (c) => {
      const saved = await workbench.project.masks.saveVersion(
        c.req.param('id'),
        c.req.valid('json').comment,
        clock().toISOString(),
      )
      workbench.events.changed('mask', c.req.param('id'))
      return c.json(saved, 201)
    })
    .get('/:id/export', query(z.object({ version, format: z.enum(['nifti']).default('nifti') })), async (c) => {
      const { project } = workbench
      const mask = project.masks.get(c.req.param('id'))
      const { grid } = project.volumes.get(mask.volumeId)
      const voxels = await project.masks.voxels(mask.id, c.req.valid('query').version)
      return c.body((await compressedNiftiOfMask(voxels, grid)).stream(), 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': `attachment; filename="mask-${mask.id}.nii.gz"`,
      })
    })
}
