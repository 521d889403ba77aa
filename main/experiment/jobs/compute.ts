import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { parseParameters } from '../../attribution/parameters.ts'
import { findMethod } from '../../attribution/registry.ts'
import type { ExplainRecord } from '../../compute/explain.ts'
import { mapKey } from '../../project/map-key.ts'
import { bytesOf, packObject } from '../../project/pack.ts'
import type { SaliencyMap } from '../../shared/domain/map.ts'
import type { Model } from '../../shared/domain/model.ts'
import type { ModelCard } from '../../shared/domain/model-card.ts'
import type { Volume } from '../../shared/domain/study.ts'
import { SaliscopeError, toEnvelope } from '../../shared/errors.ts'
import type { JobContext, JobHandler } from '../job-handler.ts'
import { channelsFirst, mapStatistics } from '../map-values.ts'
import { type PreparedInput, prepareInput } from '../model-input.ts'
import { inParallel } from './in-parallel.ts'

export const computeRequestSchema = z.object({
  volumeIds: z.array(z.string()).min(1).max(100_000),
  modelId: z.string(),
  /** Index or name of the class explained; null explains the highest score of each image. */
  target: z.union([z.number().int().nonnegative(), z.string(), z.null()]).default(null),
  output: z.enum(['logit', 'probability']).default('logit'),
  negate: z.boolean().default(false),
  methods: z
    .array(
      z.object({
        method: z.string(),
        parameters: z.record(z.string(), z.unknown()).default({}),
        layer: z.string().nullable().default(null),
      }),
    )
    .min(1)
    .max(200),
  seed: z.number().int().default(0),
})
export type ComputeRequest = z.infer<typeof computeRequestSchema>

/** One map to be made: its request expanded, and its address. A target of −1 stands for "the highest score". */
export interface PlannedMap {
  readonly key: string
  readonly volume: Volume
  readonly method: string
  readonly methodVersion: number
  /** As the request writes them. */
  readonly flat: Readonly<Record<string, unknown>>
  /** Defaults filled in. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly layer: string | null
}

/**
 * Expands a request into maps and their keys, volume by volume, so that each image is preprocessed once.
 *
 * errors  experiment.card-missing, experiment.target, attribution.unknown, attribution.parameter
 */
export function planMaps(
  request: ComputeRequest,
  model: Model,
  volumes: readonly Volume[],
  engineVersion: string,
): PlannedMap[] {
  const card = acceptedCard(model)
  const target = { index: targetIndex(request.target, card), output: request.output, negate: request.negate }
  return volumes.flatMap((volume) =>
    request.methods.map(({ method: id, parameters: flat, layer }) => {
      const method = findMethod(id)
      const parameters = z.record(z.string(), z.unknown()).parse(parseParameters(method, flat) ?? {})
      const key = mapKey({
        modelSha256: model.sha256,
        card,
        volumeSha256: volume.sha256,
        volume: {
          type: volume.type,
          slope: volume.slope,
          intercept: volume.intercept,
          dims: volume.grid.dims,
          affine: volume.grid.affine,
          channels: volume.channels,
        },
        method: id,
        methodVersion: method.version,
        parameters,
        layer,
        target,
        seed: request.seed,
        engineVersion,
      })
      return { key, volume, method: id, methodVersion: method.version, flat, parameters, layer }
    }),
  )
}

export function acceptedCard(model: Model): ModelCard {
  if (model.card === null || !model.card.accepted) {
    throw new SaliscopeError(
      'experiment.card-missing',
      `The model “${model.name}” has no accepted card yet. Open it, check the preview on an image, and accept the card.`,
    )
  }
  return model.card
}

/** −1 for "the highest score of each image". */
function targetIndex(target: ComputeRequest['target'], card: ModelCard): number {
  if (target === null) return -1
  const index = typeof target === 'string' ? card.output.classes.indexOf(target) : target
  if (index < 0 || index >= card.output.classes.length) {
    throw new SaliscopeError(
      'experiment.target',
      `The model has no class “${target}”; it has ${card.output.classes.slice(0, 10).join(', ')}.`,
    )
  }
  return index
}

/** Computes the maps that are not here yet. Each is stored as soon as it is done. Result: `mapKeys`, `cached`. */
export const computeJob: JobHandler<ComputeRequest> = {
  kind: 'compute',
  lane: 'compute',
  parse: (request) => computeRequestSchema.parse(request),
  title: ({ volumeIds, methods }) => `${count(methods.length, 'method')} on ${count(volumeIds.length, 'image')}`,
  async run(request, context) {
    const { project, run } = context
    const model = project.models.get(request.modelId)
    const card = acceptedCard(model)
    const planned = planMaps(
      request,
      model,
      request.volumeIds.map((id) => project.volumes.get(id)),
      context.engineVersion,
    )
    const missing = planned.filter(({ key }) => !project.maps.has(key))
    const keys = planned.map(({ key }) => key)
    context.result({ mapKeys: keys, cached: planned.length - missing.length })
    let done = planned.length - missing.length
    run.progress(done, planned.length)
    const step = (stage: string): void => run.progress(++done, planned.length, stage)
    const groups = [...Map.groupBy(missing, ({ volume }) => volume.id).values()]
    const lanes = Math.max(1, Math.min(context.pool.size, groups.length))
    // Processes side by side share the cores: threads that wait for each other spin, and cost up to twice the work. Maps do not depend on it.
    const threads = lanes > 1 ? Math.max(1, Math.floor(availableParallelism() / lanes)) : null
    await inParallel(groups, lanes, async (group) => {
      const { volume } = group[0]
      const input = await prepareInput(project, context.pool, volume.id, card, run.signal).catch((error: unknown) => {
        run.signal.throwIfAborted()
        for (const item of group) context.fail(`${volume.name}: ${item.method}`, error)
        return null
      })
      for (const item of group) {
        run.signal.throwIfAborted()
        if (input !== null) await computeOne(item, input, { request, model, card, threads }, context)
        step(item.method)
      }
    })
    project.file.checkpoint()
  },
}

const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

async function computeOne(
  item: PlannedMap,
  input: PreparedInput,
  what: { request: ComputeRequest; model: Model; card: ModelCard; threads: number | null },
  context: JobContext,
): Promise<void> {
  const { request, model, card, threads } = what
  try {
    const onDisk = await context.models.materialise(context.project, model.id)
    const index = targetIndex(request.target, card)
    const { record, arrays } = await context.pool.run(
      {
        kind: 'explain',
        payload: {
          model: {
            path: onDisk.file,
            sha256: model.sha256,
            probability: card.output.task === 'classification' ? 'softmax' : 'sigmoid',
            threads,
          },
          x: { array: 0, dims: input.dims },
          method: item.method,
          parameters: item.flat,
          target: { index: index < 0 ? null : index, output: request.output, negate: request.negate },
          layer: item.layer,
          seed: request.seed,
        },
        arrays: [input.data],
        grants: [onDisk.folder],
      },
      { signal: context.run.signal, affinity: context.pool.size > 1 ? undefined : model.sha256 },
    )
    const values = arrays[0]
    if (!(values instanceof Float32Array)) throw new SaliscopeError('internal', 'The task did not answer a map.')
    await storeMap(item, input, record as ExplainRecord, values, what, context)
  } catch (error) {
    context.run.signal.throwIfAborted()
    if (toEnvelope(error).code === 'project.full') throw error
    context.fail(`${item.volume.name}: ${item.method}`, error)
  }
}

async function storeMap(
  item: PlannedMap,
  input: PreparedInput,
  record: ExplainRecord,
  values: Float32Array,
  { request, model, card }: { request: ComputeRequest; model: Model; card: ModelCard },
  context: JobContext,
): Promise<void> {
  const stored = channelsFirst(values, record.dims, card.input.layout, input.grid)
  const { computeMs, ...provenance } = record.provenance
  const map: SaliencyMap = {
    key: item.key,
    volumeId: item.volume.id,
    modelId: model.id,
    method: item.method,
    methodVersion: item.methodVersion,
    parameters: record.parameters,
    layer: item.layer,
    target: { index: record.target.index[0], output: request.output, negate: request.negate },
    seed: request.seed,
    dims: stored.dims,
    grid: stored.grid,
    score: record.scores.length === 1 ? record.scores[0] : null,
    check: { ...record.check, ...(record.scores.length === 1 ? {} : { scores: record.scores }) },
    warnings: [...record.warnings, ...input.findings.map((finding) => finding.message)],
    statistics: mapStatistics(stored.values, stored.dims),
    provenance: { ...provenance, computeMs },
    createdAt: context.clock().toISOString(),
  }
  const added = context.project.maps.add(
    map,
    await packObject(bytesOf(stored.values), 4 * stored.grid.dims[0] * stored.grid.dims[1]),
    'user',
  )
  if (added) context.events.changed('map', map.key)
}
