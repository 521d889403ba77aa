import { z } from 'zod'
import { parseParameters } from '../../attribution/parameters.ts'
import type { TaskArray } from '../../compute/task.ts'
import type { MeasureMapRecord, MeasureMapRequest } from '../../compute/tasks/measure-map.ts'
import type { Metric } from '../../metrics/metric.ts'
import { findMetric } from '../../metrics/registry.ts'
import { measurementKey } from '../../project/map-key.ts'
import type { Project } from '../../project/project.ts'
import type { SaliencyMap } from '../../shared/domain/map.ts'
import { mergeSchema } from '../../shared/domain/map.ts'
import type { StoredMeasurement } from '../../shared/domain/measurement.ts'
import { fromEnvelope, SaliscopeError } from '../../shared/errors.ts'
import type { JobContext, JobHandler } from '../job-handler.ts'
import { type MeasuredMap, MeasurementBatch } from '../measurement-batch.ts'
import { prepareInput } from '../model-input.ts'
import { type ChosenMask, newestMasks } from '../newest-masks.ts'
import { acceptedCard } from '../plan-maps.ts'
import { positionsFor } from '../positions-payload.ts'
import { inParallel } from './in-parallel.ts'

const maskReference = z.object({
  maskId: z.string(),
  version: z.number().int().positive(),
  segment: z.number().int().min(1).max(255),
})

const requestSchema = z.object({
  mapKeys: z.array(z.string()).min(1).max(1_000_000),
  /** The mask of every map; its image must be the map's. */
  mask: maskReference.nullable().default(null),
  /** Instead of `mask`: each map against the newest saved mask of its own image that has a segment of this name. */
  segmentName: z.string().trim().min(1).max(200).nullable().default(null),
  metrics: z.array(z.object({ metric: z.string(), parameters: z.record(z.string(), z.unknown()).default({}) })).min(1),
  merge: mergeSchema.default('sum'),
  geometry: z.enum(['image', 'map']).default('image'),
})
export const measureRequestSchema = requestSchema.refine(
  ({ mask, segmentName }) => mask === null || segmentName === null,
  { path: ['segmentName'], message: 'a mask and a segment name cannot both be given' },
)
export type MeasureRequest = z.infer<typeof measureRequestSchema>

interface Planned {
  readonly key: string
  readonly metric: Metric<unknown>
  readonly flat: Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, unknown>>
}

type MaskReference = z.infer<typeof maskReference>

/**
 * Measures maps against a mask version, or with the model. What has been measured before is not measured again.
 * Result: `measurementIds`, `cached`; with a segment name also `withoutMask`, the keys of maps whose image has no such mask (each a failure in words).
 */
export const measureJob: JobHandler<MeasureRequest> = {
  kind: 'measure',
  lane: 'compute',
  parse: (request) => measureRequestSchema.parse(request),
  title: ({ mapKeys, metrics }) =>
    `${metrics.length} metric${metrics.length === 1 ? '' : 's'} on ${mapKeys.length} map${mapKeys.length === 1 ? '' : 's'}`,
  async run(request, context) {
    const { project, run } = context
    const maskOf = maskChooser(request, context)
    const mapKeys = [...new Set(request.mapKeys)]
    const ids: string[] = []
    const withoutMask: string[] = []
    let cached = 0
    let done = 0
    const tell = (): void =>
      context.result({
        measurementIds: ids,
        cached,
        ...(request.segmentName === null ? {} : { withoutMask }),
      })
    const batch = new MeasurementBatch(context, (stored) => {
      ids.push(...stored)
      tell()
    })
    const voxelsOf = maskReader(context.project)
    run.progress(done, mapKeys.length)
    // A metric on the model uses all cores by itself.
    const onModel = request.metrics.some(({ metric }) => findMetric(metric).needs === 'map+model')
    await inParallel(mapKeys, onModel ? 1 : context.pool.size, async (mapKey) => {
      run.signal.throwIfAborted()
      try {
        const map = project.maps.get(mapKey)
        const mask = maskOf(map)
        if (mask === null && request.segmentName !== null) {
          withoutMask.push(mapKey)
          throw noSuchMask(map, request.segmentName, context)
        }
        const planned = planMetrics(request, map, mask, context)
        const known = planned.flatMap(({ key }) => project.measurements.byKey(key) ?? [])
        cached += known.length
        ids.push(...known.map(({ id }) => id))
        const missing = planned.filter(({ key }) => project.measurements.byKey(key) === null)
        if (missing.length > 0)
          batch.add({
            item: mapKey.slice(0, 12),
            entries: await measureOne(map, missing, request, mask?.reference ?? null, voxelsOf, context),
          })
      } catch (error) {
        run.signal.throwIfAborted()
        context.fail(mapKey.slice(0, 12), error)
      }
      run.progress(++done, mapKeys.length)
    }).finally(() => batch.flush())
    tell()
    project.file.checkpoint()
  },
}

/** Which mask a map is measured against: the one of the request, the newest with the segment, or none. */
function maskChooser(request: MeasureRequest, context: JobContext): (map: SaliencyMap) => ChosenMask | null {
  const { segmentName } = request
  if (segmentName !== null) {
    const byVolume = newestMasks(segmentName, context.project)
    return (map) => byVolume.get(map.volumeId) ?? null
  }
  if (request.mask === null) return () => null
  const mask = { reference: request.mask, ...versionOf(request.mask, context) }
  return (map) => {
    if (mask.volumeId !== map.volumeId)
      throw new SaliscopeError('experiment.geometry', 'The mask belongs to another image than the map.')
    return mask
  }
}

function noSuchMask(map: SaliencyMap, segmentName: string, { project }: JobContext): SaliscopeError {
  const { code } = project.studies.get(project.volumes.get(map.volumeId).studyId)
  return new SaliscopeError(
    'experiment.no-mask',
    `${code} has no saved mask with a segment “${segmentName}”, so its ${map.method} map was not measured. Draw and save one, then try again.`,
    { volumeId: map.volumeId, mapKey: map.key },
  )
}

function versionOf(reference: MaskReference, { project }: JobContext): { volumeId: string; sha256: string } {
  const mask = project.masks.get(reference.maskId)
  const version = mask.versions.find((one) => one.version === reference.version)
  if (version === undefined)
    throw new SaliscopeError('api.not-found', `The mask has no saved version ${reference.version}. Save one first.`)
  return { volumeId: mask.volumeId, sha256: version.sha256 }
}

function planMetrics(
  request: MeasureRequest,
  map: SaliencyMap,
  mask: ChosenMask | null,
  context: JobContext,
): Planned[] {
  return request.metrics.map(({ metric: id, parameters: flat }) => {
    const metric = findMetric(id)
    if (metric.needs === 'two-maps')
      throw new SaliscopeError('api.invalid', `${metric.title} compares two maps; it cannot be computed of one.`)
    if (metric.needs === 'map+mask' && mask === null)
      throw new SaliscopeError('api.invalid', `${metric.title} needs a mask. Choose a saved version of one.`)
    const parameters = z.record(z.string(), z.unknown()).parse(parseParameters(metric, flat, 'metrics.parameter') ?? {})
    const key = measurementKey({
      mapKey: map.key,
      metric: id,
      metricVersion: metric.version,
      parameters,
      merge: request.merge,
      mask: mask === null || metric.needs !== 'map+mask' ? null : { ...mask.reference, sha256: mask.sha256 },
      geometry: geometryOf(metric, request),
      engineVersion: context.engineVersion,
    })
    return { key, metric, flat, parameters }
  })
}

/** The model only knows its own input's grid. */
const geometryOf = (metric: Metric<unknown>, request: MeasureRequest): 'image' | 'map' =>
  metric.needs === 'map+model' ? 'map' : request.geometry

/** Voxels of mask versions; the one read last is kept, since a job mostly asks for one again and again. */
function maskReader(project: Project): (mask: MaskReference) => Promise<Uint8Array> {
  let last: { readonly name: string; readonly voxels: Promise<Uint8Array> } | null = null
  return ({ maskId, version }) => {
    const name = `${maskId} ${version}`
    if (last?.name !== name) last = { name, voxels: project.masks.voxels(maskId, version) }
    return last.voxels
  }
}

async function measureOne(
  map: SaliencyMap,
  planned: readonly Planned[],
  request: MeasureRequest,
  mask: MaskReference | null,
  voxelsOf: (mask: MaskReference) => Promise<Uint8Array>,
  context: JobContext,
): Promise<MeasuredMap['entries']> {
  const { project, run } = context
  const needsModel = planned.some(({ metric }) => metric.needs === 'map+model')
  const arrays: TaskArray[] = [await project.maps.values(map.key)]
  if (mask !== null) arrays.push(await voxelsOf(mask))
  const model = needsModel ? await modelPart(map, arrays, context) : null
  const payload: MeasureMapRequest = {
    map: { dims: map.dims, grid: map.grid },
    merge: request.merge,
    geometry: request.geometry,
    image: project.volumes.get(map.volumeId).grid,
    segment: mask?.segment ?? null,
    // The channels are merged as the request says; a metric on the model does it itself.
    metrics: planned.map(({ metric, flat }) => ({
      metric: metric.id,
      parameters: { ...(metric.needs === 'map+model' && takesMerge(metric) ? { merge: request.merge } : {}), ...flat },
    })),
    model: model?.payload ?? null,
    seed: map.seed,
  }
  const { record } = await context.pool.run(
    { kind: 'measure-map', payload, arrays, grants: model === null ? [] : [model.folder] },
    { signal: run.signal },
  )
  return entriesOf(record as MeasureMapRecord, map, planned, request, mask, context)
}

const takesMerge = (metric: Metric<unknown>): boolean =>
  metric.parameters instanceof z.ZodObject && 'merge' in metric.parameters.shape

async function modelPart(map: SaliencyMap, arrays: TaskArray[], context: JobContext) {
  const { project } = context
  const model = project.models.get(map.modelId)
  const card = acceptedCard(model)
  const input = await prepareInput(project, context.pool, map.volumeId, card, context.run.signal)
  const onDisk = await context.models.materialise(project, model.id)
  const probability = card.output.task === 'classification' ? ('softmax' as const) : ('sigmoid' as const)
  const positions = await positionsFor(map.target.mask ?? null, map.volumeId, input.grid, arrays, project)
  return {
    folder: onDisk.folder,
    payload: {
      open: { path: onDisk.file, sha256: model.sha256, probability },
      x: { array: arrays.push(input.data) - 1, dims: input.dims },
      target: map.target,
      positions,
    },
  }
}

function entriesOf(
  record: MeasureMapRecord,
  map: SaliencyMap,
  planned: readonly Planned[],
  request: MeasureRequest,
  mask: MaskReference | null,
  context: JobContext,
): MeasuredMap['entries'] {
  const entries: { key: string; measurement: StoredMeasurement }[] = []
  for (const [n, { key, metric, parameters }] of planned.entries()) {
    const answer = record[n]
    if ('error' in answer) {
      context.fail(`${map.method}: ${metric.id}`, fromEnvelope(answer.error))
      continue
    }
    const { value, reason, chance, curve, warnings, details } = answer.measurement
    entries.push({
      key,
      measurement: {
        id: context.newId('measurement'),
        mapKey: map.key,
        metric: metric.id,
        metricVersion: metric.version,
        parameters: { ...parameters },
        merge: request.merge,
        mask: metric.needs === 'map+mask' ? mask : null,
        geometry: geometryOf(metric, request),
        value,
        reason: reason ?? null,
        chance: chance ?? null,
        details: {
          ...details,
          ...(curve === undefined ? {} : { curve }),
          ...(warnings === undefined || warnings.length === 0 ? {} : { warnings }),
        },
        engineVersion: context.engineVersion,
        createdAt: context.clock().toISOString(),
      },
    })
  }
  return entries
}
