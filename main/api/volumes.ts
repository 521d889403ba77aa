import { Hono } from 'hono'
import { z } from 'zod'
import { typedVoxels } from '../experiment/model-input.ts'
import { thumbnail } from '../imaging/thumbnail.ts'
import type { Project } from '../project/project.ts'
import { elementBytes, sliceBytes } from '../project/volume-store.ts'
import type { Volume } from '../shared/domain/study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { column, length } from '../shared/geometry/affine.ts'
import type { ApiDeps } from './deps.ts'
import { binary, body, plain, query, streamOf } from './respond.ts'

const whole = z.coerce.number().int().nonnegative()
const axes = ['i', 'j', 'k'] as const

function outside(what: string, value: number, count: number): SaliscopeError {
  return new SaliscopeError('api.invalid', `${what} ${value} is outside the image, which has ${count}.`)
}

/** Shape of slices in C order, colour channels last. */
const shapeOf = (volume: Volume, ...sizes: number[]): number[] => (volume.channels === 3 ? [...sizes, 3] : sizes)

/**
 * One slice as [rows, columns]: axis k → [nj, ni], axis j → [nk, ni], axis i → [nk, nj]. A slice across the stored direction reads
 * block by block and keeps one block in memory.
 */
async function sliceOf(
  project: Project,
  volume: Volume,
  axis: (typeof axes)[number],
  index: number,
): Promise<{ shape: number[]; bytes: Uint8Array }> {
  const [ni, nj, nk] = volume.grid.dims
  if (axis === 'k')
    return { shape: shapeOf(volume, nj, ni), bytes: await project.volumes.readSlices(volume.id, index, index + 1) }
  const size = elementBytes(volume)
  const plane = sliceBytes(volume)
  const width = axis === 'j' ? ni : nj
  const out = new Uint8Array(nk * width * size)
  let k = 0
  for await (const block of project.volumes.streamSlices(volume.id, 0, nk)) {
    for (let at = 0; at < block.byteLength; at += plane, k++) {
      if (axis === 'j') out.set(block.subarray(at + index * ni * size, at + (index + 1) * ni * size), k * width * size)
      else {
        for (let j = 0; j < nj; j++) {
          const from = at + (index + ni * j) * size
          for (let b = 0; b < size; b++) out[(k * width + j) * size + b] = block[from + b]
        }
      }
    }
  }
  return { shape: shapeOf(volume, nk, width), bytes: out }
}

/** Longest side of the preview stored at import. */
const storedPreview = 256
const pictureSize = z.coerce.number().int().min(16).max(1024)

/** The stored preview, or the middle slice drawn anew where more is asked for than was stored. */
async function pictureOf(project: Project, volume: Volume, size: number): Promise<Uint8Array> {
  const [width, height, depth] = volume.grid.dims
  const stored = project.volumes.thumbnail(volume.id)
  if (stored !== null && (size <= storedPreview || Math.max(width, height) <= storedPreview)) return stored
  const k = Math.floor(depth / 2)
  const aspect = length(column(volume.grid.affine, 1)) / length(column(volume.grid.affine, 0))
  const url = thumbnail(
    {
      values: typedVoxels(await project.volumes.readSlices(volume.id, k, k + 1), volume.type),
      width,
      height,
      channels: volume.channels,
      slope: volume.slope,
      intercept: volume.intercept,
      window: volume.windows[0] ?? null,
      inverted: volume.displayInverted === true,
      padding: null,
      aspect: Number.isFinite(aspect) && aspect > 0 ? aspect : 1,
      labels: false,
    },
    size,
  )
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
}

export function volumeRoutes({ workbench }: ApiDeps) {
  return new Hono()
    .get('/:id', (c) => c.json(workbench.project.volumes.get(c.req.param('id'))))
    .get('/:id/voxels', query(z.object({ k0: whole.optional(), k1: whole.optional() })), (c) => {
      const { project } = workbench
      const volume = project.volumes.get(c.req.param('id'))
      const [ni, nj, nk] = volume.grid.dims
      const { k0 = 0, k1 = nk } = c.req.valid('query')
      if (k1 > nk || k0 >= k1) throw outside('Slice', k1 > nk ? k1 - 1 : k0, nk)
      const head = { type: volume.type, shape: shapeOf(volume, k1 - k0, nj, ni), bytes: (k1 - k0) * sliceBytes(volume) }
      const sha256 = k0 === 0 && k1 === nk ? { sha256: volume.sha256 } : {}
      return binary(c, { ...head, ...sha256 }, streamOf(project.volumes.streamSlices(volume.id, k0, k1)))
    })
    .get('/:id/slice', query(z.object({ axis: z.enum(axes), index: whole })), async (c) => {
      const { project } = workbench
      const volume = project.volumes.get(c.req.param('id'))
      const { axis, index } = c.req.valid('query')
      const count = volume.grid.dims[axes.indexOf(axis)]
      if (index >= count) throw outside('Slice', index, count)
      const { shape, bytes } = await sliceOf(project, volume, axis, index)
      return binary(c, { type: volume.type, shape, bytes: bytes.byteLength }, bytes)
    })
    .get('/:id/thumbnail', query(z.object({ size: pictureSize.optional() })), async (c) => {
      const volume = workbench.project.volumes.get(c.req.param('id'))
      const png = await pictureOf(workbench.project, volume, c.req.valid('query').size ?? storedPreview)
      return c.body(plain(png), 200, { 'Content-Type': 'image/png' })
    })
    .patch(
      '/:id',
      body(z.object({ labels: z.record(z.string().max(100), z.union([z.number(), z.string().max(1000)])) })),
      (c) => {
        const volume = workbench.project.volumes.setLabels(c.req.param('id'), c.req.valid('json').labels, 'user')
        workbench.events.changed('volume', volume.id)
        return c.json(volume)
      },
    )
}
