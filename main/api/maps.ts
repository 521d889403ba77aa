import { Hono } from 'hono'
import { z } from 'zod'
import { findMethod } from '../attribution/registry.ts'
import { type PlannedMap, planMaps } from '../experiment/plan-maps.ts'
import { bytesOf } from '../project/pack.ts'
import type { Project } from '../project/project.ts'
import { type ComputeRequest, computeRequestSchema } from '../shared/domain/compute-request.ts'
import { mergeSchema } from '../shared/domain/map.ts'
import { mergeChannels } from '../tensor/merge.ts'
import type { ApiDeps } from './deps.ts'
import { binary, body, query } from './respond.ts'

/** A gradient costs about two forward passes more than the one it contains. */
const backwardInForwards = 2

/** Forward passes of one task: classes share the forward pass, and copies the score is read of; masked scores are read one by one. */
function passesOf(items: readonly PlannedMap[], itemDims: readonly number[]): number {
  const [{ method, parameters, positions }] = items
  const cost = findMethod(method).cost(parameters, itemDims)
  const scored = positions === null ? 1 : items.length
  return cost.forward * scored + cost.gradient * (1 + backwardInForwards * items.length)
}

function estimate(request: ComputeRequest, project: Project, engineVersion: string) {
  const { model, card, maps, withoutMask } = planMaps(request, project, engineVersion)
  const missing = maps.filter(({ key }) => !project.maps.has(key))
  const itemDims = [card.input.channels, ...card.input.size]
  const tasks = Map.groupBy(missing, ({ volume, entry }) => `${volume.id} ${entry}`)
  const passes = [...tasks.values()].reduce((sum, items) => sum + passesOf(items, itemDims), 0)
  const seconds = model.report.forwardMs === null ? null : (passes * model.report.forwardMs) / 1000
  const ids = new Set(request.methods.map(({ method }) => method))
  return {
    items: maps.length,
    cached: maps.length - missing.length,
    forwardPasses: Math.round(passes),
    seconds: seconds === null ? null : ([seconds / 2, seconds * 2] as const),
    unavailable: model.report.methods
      .filter(({ id, available }) => !available && ids.has(id))
      .map(({ id, reason }) => ({ method: id, reason })),
    withoutMask: withoutMask.map(({ volume, error }) => ({ volumeId: volume.id, reason: error.message })),
  }
}

export function mapRoutes({ workbench }: ApiDeps) {
  const engineVersion = (): string => workbench.parts.engineVersion
  return new Hono()
    .post('/compute', body(computeRequestSchema), (c) => {
      const request = c.req.valid('json')
      // Planned once here, so that a wrong class or parameter is answered at once and not by a failed job.
      planMaps(request, workbench.project, engineVersion())
      return c.json({ jobId: workbench.runner.enqueue('compute', request).id }, 202)
    })
    .post('/estimate', body(computeRequestSchema), (c) =>
      c.json(estimate(c.req.valid('json'), workbench.project, engineVersion())),
    )
    .get('/', query(z.object({ volumeId: z.string().optional(), modelId: z.string().optional() })), (c) =>
      c.json(workbench.project.maps.list(c.req.valid('query'))),
    )
    .get('/:key', (c) => c.json(workbench.project.maps.get(c.req.param('key'))))
    .delete('/:key', (c) => {
      workbench.project.maps.remove(c.req.param('key'), 'user')
      workbench.events.changed('map', c.req.param('key'))
      return c.json({ ok: true })
    })
    .get(
      '/:key/values',
      query(z.object({ merge: z.union([mergeSchema, z.literal('raw')]).default('sum') })),
      async (c) => {
        const { project } = workbench
        const map = project.maps.get(c.req.param('key'))
        const values = await project.maps.values(map.key)
        const { merge } = c.req.valid('query')
        const out = merge === 'raw' ? values : Float32Array.from(mergeChannels(values, map.dims, 0, merge))
        return binary(
          c,
          { type: 'float32', shape: merge === 'raw' ? map.dims : map.dims.slice(1), bytes: out.byteLength },
          bytesOf(out),
        )
      },
    )
}
