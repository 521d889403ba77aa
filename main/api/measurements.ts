import { Hono } from 'hono'
import { z } from 'zod'
import { measureRequestSchema } from '../experiment/jobs/measure.ts'
import { findMetric } from '../metrics/registry.ts'
import type { Project } from '../project/project.ts'
import type { SaliencyMap } from '../shared/domain/map.ts'
import type { StoredMeasurement } from '../shared/domain/measurement.ts'
import type { ApiDeps } from './deps.ts'
import { body, query } from './respond.ts'

const columns = [
  'case',
  'volume',
  'model',
  'method',
  'target',
  'target_name',
  'positions',
  'layer',
  'method_parameters',
  'references',
  'metric',
  'parameters',
  'merge',
  'geometry',
  'reader',
  'mask_version',
  'segment',
  'value',
  'reason',
  'chance',
  'engine',
  'map_key',
  'created_at',
] as const

/** A cell: quoted where needed; text a spreadsheet would run as a formula gets an apostrophe in front (E1). */
function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Which positions of a segmentation output were explained: `whole`, `predicted`, or mask, version and segment. */
function positionsOf(mask: SaliencyMap['target']['mask']): string {
  if (mask === undefined) return 'whole'
  if (mask === 'predicted') return mask
  return `mask ${mask.maskId} version ${mask.version} segment ${mask.segment ?? 'all'}`
}

/** UTF-8, comma, point, LF; one row per measurement, undefined values empty with their reason beside. */
function csvOf(measurements: readonly StoredMeasurement[], project: Project): string {
  const maps = new Map(project.maps.list().map((map) => [map.key, map]))
  const volumes = new Map(project.volumes.list().map((volume) => [volume.id, volume]))
  const codes = new Map(project.studies.list().map((study) => [study.id, study.code]))
  const models = new Map(project.models.list().map((model) => [model.id, model]))
  const readers = new Map(project.masks.list().map((mask) => [mask.id, mask.reader]))
  const rows = measurements.map((m) => {
    const map = maps.get(m.mapKey)
    const volume = map === undefined ? undefined : volumes.get(map.volumeId)
    const card = models.get(map?.modelId ?? '')?.card
    const row: Record<(typeof columns)[number], string | number | null> = {
      case: codes.get(volume?.studyId ?? '') ?? '',
      volume: volume?.name ?? '',
      model: models.get(map?.modelId ?? '')?.name ?? '',
      method: map?.method ?? '',
      target: map?.target.index ?? null,
      target_name: card?.output.classes[map?.target.index ?? -1] ?? '',
      positions: map === undefined ? '' : positionsOf(map.target.mask),
      layer: map?.layer ?? '',
      method_parameters: map === undefined ? '' : JSON.stringify(map.parameters),
      references: (map?.references ?? []).map(({ code, name }) => `${code}, ${name}`).join('; '),
      metric: m.metric,
      parameters: JSON.stringify(m.parameters),
      merge: m.merge,
      geometry: m.geometry,
      reader: m.mask === null ? '' : (readers.get(m.mask.maskId) ?? ''),
      mask_version: m.mask?.version ?? null,
      segment: m.mask?.segment ?? null,
      value: m.value,
      reason: m.reason ?? '',
      chance: m.chance,
      engine: m.engineVersion,
      map_key: m.mapKey,
      created_at: m.createdAt,
    }
    return columns.map((name) => cell(row[name])).join(',')
  })
  return `${[columns.join(','), ...rows].join('\n')}\n`
}

const filter = z.object({ volumeId: z.string().optional(), mapKey: z.string().optional() })

export function measurementRoutes({ workbench }: ApiDeps) {
  return new Hono()
    .post('/measurements', body(measureRequestSchema), (c) => {
      const request = c.req.valid('json')
      for (const { metric } of request.metrics) findMetric(metric)
      if (request.mask !== null) workbench.project.masks.get(request.mask.maskId)
      return c.json({ jobId: workbench.runner.enqueue('measure', request).id }, 202)
    })
    .get('/measurements', query(filter), (c) => c.json(workbench.project.measurements.list(c.req.valid('query'))))
    .get('/measurements.csv', query(filter), (c) => {
      const { project } = workbench
      return c.body(csvOf(project.measurements.list(c.req.valid('query')), project), 200, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="measurements.csv"',
      })
    })
}
