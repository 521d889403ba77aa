import { availableParallelism } from 'node:os'
import { findMethod } from '../../attribution/registry.ts'
import type { ExplainRecord } from '../../compute/explain.ts'
import type { TaskArray } from '../../compute/task.ts'
import type { ExplainPayload } from '../../compute/tasks/explain.ts'
import { bytesOf, packObject } from '../../project/pack.ts'
import { type ComputeRequest, computeRequestSchema } from '../../shared/domain/compute-request.ts'
import type { SaliencyMap } from '../../shared/domain/map.ts'
import { SaliscopeError, toEnvelope } from '../../shared/errors.ts'
import type { JobContext, JobHandler } from '../job-handler.ts'
import { channelsFirst, mapStatistics } from '../map-values.ts'
import { type PreparedInput, prepareInput } from '../model-input.ts'
import { type MapPlan, type PlannedMap, planMaps } from '../plan-maps.ts'
import { positionsFor } from '../positions-payload.ts'
import { type ReferenceStack, stackReferences } from '../reference-stack.ts'
import { drawnReferences, referenceWarnings } from '../references.ts'
import { inParallel } from './in-parallel.ts'

/** Maps of one task travel together: at most so many bytes of input for each of them. */
const taskBytes = 128 * 2 ** 20

/** What all maps of a job share. */
interface Setting extends MapPlan {
  readonly seed: number
  readonly threads: number | null
  /** Reads the reference cases, once for the whole job; null: no method takes them. */
  readonly stack: (() => Promise<ReferenceStack>) | null
}

/**
 * Computes the maps that are not here yet; classes of one image and method share forward passes. Each map is stored as soon as
 * it is done. Result: `mapKeys`, `cached`; with a target mask by name also `withoutMask`, the images that have none (each a failure in words).
 */
export const computeJob: JobHandler<ComputeRequest> = {
  kind: 'compute',
  lane: 'compute',
  parse: (request) => computeRequestSchema.parse(request),
  title: ({ volumeIds, methods, targets }) => {
    const classes = targets !== null && targets.length > 1 ? `, ${targets.length} classes` : ''
    return `${count(methods.length, 'method')} on ${count(volumeIds.length, 'image')}${classes}`
  },
  async run(request, context) {
    const { project, run } = context
    const plan = planMaps(request, project, context.engineVersion)
    const missing = plan.maps.filter(({ key }) => !project.maps.has(key))
    const total = plan.maps.length
    let done = total - missing.length
    const withoutMask = plan.withoutMask.map(({ volume }) => volume.id)
    context.result({
      mapKeys: plan.maps.map(({ key }) => key),
      cached: done,
      ...(withoutMask.length === 0 ? {} : { withoutMask }),
    })
    for (const { volume, error } of plan.withoutMask) context.fail(volume.name, error)
    run.progress(done, total)
    const tell = (read: number, of: number): void => run.progress(done, total, `reference case ${read} of ${of}`)
    const stack = onceFor(plan, context, tell)
    const groups = [...Map.groupBy(missing, ({ volume }) => volume.id).values()]
    const lanes = Math.max(1, Math.min(context.pool.size, groups.length))
    // Processes side by side share the cores: threads that wait for each other spin, and cost up to twice the work. Maps do not depend on it.
    const threads = lanes > 1 ? Math.max(1, Math.floor(availableParallelism() / lanes)) : null
    await inParallel(groups, lanes, async (group) => {
      const { volume } = group[0]
      const input = await prepareInput(project, context.pool, volume.id, plan.card, run.signal).catch(
        (error: unknown) => {
          run.signal.throwIfAborted()
          for (const item of group) context.fail(nameOf(item, plan), error)
          return null
        },
      )
      for (const items of tasksOf(group, input)) {
        run.signal.throwIfAborted()
        if (input !== null)
          await computeTogether(items, input, { ...plan, seed: request.seed, threads, stack }, context)
        done += items.length
        run.progress(done, total, items[0].method)
      }
    })
    project.file.checkpoint()
  },
}

/** Reads the reference cases when they are first asked for; every map that needs them waits for the same reading. */
function onceFor(
  { references, card }: MapPlan,
  { project, pool, run }: JobContext,
  onRead: (read: number, of: number) => void,
): Setting['stack'] {
  if (references === null) return null
  let reading: Promise<ReferenceStack> | null = null
  return () => {
    reading ??= stackReferences(references, card, { project, pool, signal: run.signal }, onRead)
    return reading
  }
}

const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

/** Names a map among a job's failures. */
function nameOf({ volume, method, target }: PlannedMap, { classCount, card }: MapPlan): string {
  return `${volume.name}: ${method}${classCount > 1 ? `, ${card.output.classes[target.index]}` : ''}`
}

/** The classes of one method together, as many as fit into a task. */
function tasksOf(group: readonly PlannedMap[], input: PreparedInput | null): PlannedMap[][] {
  const most = Math.max(1, Math.floor(taskBytes / (input?.data.byteLength ?? taskBytes)))
  return [...Map.groupBy(group, ({ entry }) => entry).values()].flatMap((items) =>
    Array.from({ length: Math.ceil(items.length / most) }, (_, t) => items.slice(t * most, (t + 1) * most)),
  )
}

/** Makes and stores the maps of one image by one method for several classes. */
async function computeTogether(
  items: readonly PlannedMap[],
  input: PreparedInput,
  setting: Setting,
  context: JobContext,
): Promise<void> {
  try {
    const references = items[0].referenceParameter === null ? null : ((await setting.stack?.()) ?? null)
    const { payload, arrays, folder } = await taskOf(items, input, references, setting, context)
    const answer = await context.pool.run(
      { kind: 'explain', payload, arrays, grants: [folder] },
      { signal: context.run.signal, affinity: context.pool.size > 1 ? undefined : setting.model.sha256 },
    )
    const records = (items.length === 1 ? [answer.record] : answer.record) as readonly ExplainRecord[]
    for (const [t, item] of items.entries()) {
      const values = answer.arrays[t]
      if (!(values instanceof Float32Array)) throw new SaliscopeError('internal', 'The task did not answer a map.')
      await storeMap(item, input, records[t], references, values, setting, context)
    }
  } catch (error) {
    context.run.signal.throwIfAborted()
    const { code } = toEnvelope(error)
    if (code === 'project.full') throw error
    // Numbers that grew beyond float32 are one class's own; the others keep their maps.
    if (code === 'inference.not-finite' && items.length > 1) {
      for (const item of items) await computeTogether([item], input, setting, context)
      return
    }
    for (const item of items) if (!context.project.maps.has(item.key)) context.fail(nameOf(item, setting), error)
  }
}

async function taskOf(
  items: readonly PlannedMap[],
  input: PreparedInput,
  references: ReferenceStack | null,
  { model, card, seed, threads }: Setting,
  { project, models }: JobContext,
): Promise<{ payload: ExplainPayload; arrays: TaskArray[]; folder: string }> {
  const [{ method, flat, referenceParameter, layer, target, positions, volume }] = items
  const onDisk = await models.materialise(project, model.id)
  const arrays: TaskArray[] = [input.data]
  const mask = await positionsFor(positions, volume.id, input.grid, arrays, project)
  const stack =
    references === null || referenceParameter === null
      ? {}
      : { [referenceParameter]: { array: arrays.push(references.data) - 1, dims: references.dims } }
  const payload: ExplainPayload = {
    model: {
      path: onDisk.file,
      sha256: model.sha256,
      probability: card.output.task === 'classification' ? 'softmax' : 'sigmoid',
      threads,
    },
    x: { array: 0, dims: input.dims },
    method,
    parameters: { ...flat, ...stack },
    target: { index: target.index < 0 ? null : target.index, output: target.output, negate: target.negate },
    targets: items.length === 1 ? null : items.map((item) => item.target.index),
    mask,
    layer,
    seed,
  }
  return { payload, arrays, folder: onDisk.folder }
}

/** The method's own check, and what else is kept of the items: scores of several, weight of the positions explained, the trace of LRP. */
function checkOf({ check, scores, mask, trace }: ExplainRecord): SaliencyMap['check'] {
  return {
    ...check,
    ...(scores.length === 1 ? {} : { scores }),
    ...(mask === null ? {} : { positions: mask.weights }),
    ...(trace === null ? {} : { trace }),
  }
}

const drawnOf = ({ method, parameters }: PlannedMap): number | null => drawnReferences(findMethod(method), parameters)

async function storeMap(
  item: PlannedMap,
  input: PreparedInput,
  record: ExplainRecord,
  references: ReferenceStack | null,
  values: Float32Array,
  { model, card, seed }: Setting,
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
    ...(item.preset === null ? {} : { preset: item.preset }),
    parameters: record.parameters,
    layer: item.layer,
    target: {
      ...item.target,
      index: record.target.index[0],
      ...(item.positions === null ? {} : { mask: item.positions }),
    },
    ...(references === null ? {} : { references: references.cases.map((one) => one.record) }),
    seed,
    dims: stored.dims,
    grid: stored.grid,
    score: record.scores.length === 1 ? record.scores[0] : null,
    check: checkOf(record),
    warnings: [
      ...record.warnings,
      ...input.findings.map((finding) => finding.message),
      ...(references === null ? [] : referenceWarnings(item.volume, references, drawnOf(item), references.findings)),
    ],
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
