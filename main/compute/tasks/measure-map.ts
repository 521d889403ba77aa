import { z } from 'zod'
import { parseParameters } from '../../attribution/parameters.ts'
import { comparedPart, cut, ontoGrid } from '../../imaging/preprocess/onto-grid.ts'
import type { Measurement, MetricInput } from '../../metrics/metric.ts'
import { findMetric } from '../../metrics/registry.ts'
import { type Grid, gridSchema } from '../../shared/domain/geometry.ts'
import { mergeSchema } from '../../shared/domain/map.ts'
import { type ErrorEnvelope, SaliscopeError, toEnvelope } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'
import { mergeChannels } from '../../tensor/merge.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { targetMask } from '../target-mask.ts'
import type { Task, TaskArray } from '../task.ts'
import { openedModel } from './opened-models.ts'
import {
  arrayReference,
  modelPayload,
  parsePayload,
  positionsAt,
  positionsPayload,
  targetPayload,
  tensorAt,
} from './payload.ts'

const measureMapPayload = z.object({
  /** The stored map, channels first: [C, …spatial]; array 0. */
  map: z.object({ dims: z.array(z.number().int().positive()), grid: gridSchema }),
  merge: mergeSchema,
  geometry: z.enum(['image', 'map']),
  /** Grid of the image; the mask, when given, is array 1 on it. */
  image: gridSchema,
  segment: z.number().int().min(1).max(255).nullable(),
  metrics: z.array(z.object({ metric: z.string(), parameters: z.record(z.string(), z.unknown()) })),
  /** For metrics on the model. */
  model: z
    .object({
      open: modelPayload,
      x: arrayReference,
      target: targetPayload,
      /** Positions of a segmentation output that the map is about; null: all of them. */
      positions: positionsPayload.nullable().default(null),
    })
    .nullable(),
  seed: z.number().int(),
})
type MeasureMapPayload = z.infer<typeof measureMapPayload>
export type MeasureMapRequest = z.input<typeof measureMapPayload>

/** One per metric asked for, in their order; a metric that refuses does not spoil the others. */
export type MeasureMapRecord = readonly ({ readonly measurement: Measurement } | { readonly error: ErrorEnvelope })[]

interface Compared {
  readonly map: Tensor
  readonly mask: Tensor | null
}

const shapeOf = (grid: Grid): number[] => [grid.dims[2], grid.dims[1], grid.dims[0]]

/**
 * Map and mask on one grid. `image`: the merged map is read trilinearly at the image's voxels (0 where the model saw nothing); for a
 * 2-D network's single slice the image is that slice. `map`: the mask is read at the map's positions, nearest label.
 */
function compare(request: MeasureMapPayload, values: Float32Array, labels: Uint8Array | null): Compared {
  const merged = mergeChannels(values, request.map.dims, 0, request.merge)
  const { grid } = request.map
  const mask = labels === null ? null : labels.map((value) => (value === request.segment ? 1 : 0))
  const asTensor = (data: ArrayLike<number>, on: Grid): Tensor => ({ dims: shapeOf(on), data: new Float32Array(data) })
  if (request.geometry === 'map') {
    const onMap =
      mask === null ? null : ontoGrid(mask, request.image, grid, 'nearest', 0, new Uint8Array(merged.length))
    return { map: asTensor(merged, grid), mask: onMap === null ? null : asTensor(onMap, grid) }
  }
  const part = comparedPart(request.image, grid)
  const size = part.grid.dims[0] * part.grid.dims[1] * part.grid.dims[2]
  const onImage = ontoGrid(merged, grid, part.grid, 'linear', 0, new Float64Array(size))
  const cropped = mask === null ? null : cut(mask, request.image.dims, part.first, part.grid.dims)
  return { map: asTensor(onImage, part.grid), mask: cropped === null ? null : asTensor(cropped, part.grid) }
}

async function modelInput(
  request: MeasureMapPayload,
  arrays: readonly TaskArray[],
  run: Run,
  context: Parameters<Task['run']>[3],
) {
  if (request.model === null) return {}
  const x = tensorAt(request.model.x, arrays)
  const opened = await openedModel(request.model.open, x.dims.slice(1), context)
  const { index, output, negate } = request.model.target
  if (index === null)
    throw new SaliscopeError('compute.payload', 'A metric on the model needs the class that was explained.')
  const model = opened.under(run.signal)
  const positions = positionsAt(request.model.positions, x.dims.length - 2, arrays)
  const indices = typeof index === 'number' ? new Array<number>(x.dims[0]).fill(index) : index
  const mask = positions === null ? null : (await targetMask(model, x, indices, positions)).mask
  return { x, model, target: { index, output, negate, mask } }
}

/** Measures one stored map by several metrics. arrays in: [map, mask?, x?]; record: MeasureMapRecord. */
export const task: Task = {
  kind: 'measure-map',
  async run(payload, arrays, run, context) {
    const request = parsePayload('measure-map', measureMapPayload, payload)
    const values = arrays[0]
    if (!(values instanceof Float32Array))
      throw new SaliscopeError('compute.payload', 'The task measure-map was given no map.')
    const labels = request.segment === null ? null : arrays[1]
    if (labels !== null && !(labels instanceof Uint8Array))
      throw new SaliscopeError('compute.payload', 'The task measure-map was given no mask.')
    const compared = compare(request, values, labels)
    const onModel = await modelInput(request, arrays, run, context)
    const record: MeasureMapRecord[number][] = []
    for (const [n, { metric: id, parameters }] of request.metrics.entries()) {
      run.signal.throwIfAborted()
      run.progress(n, request.metrics.length, id)
      try {
        const metric = findMetric(id)
        // A metric on the model sees the map as the method wrote it, with its channels.
        const raw: Tensor = { dims: [1, ...request.map.dims], data: values }
        const input: MetricInput =
          metric.needs === 'map+model'
            ? { map: raw, ...onModel, seed: request.seed }
            : { map: compared.map, mask: compared.mask ?? undefined, seed: request.seed }
        record.push({
          measurement: await metric.run(input, parseParameters(metric, parameters, 'metrics.parameter'), run),
        })
      } catch (error) {
        run.signal.throwIfAborted()
        record.push({ error: toEnvelope(error) })
      }
    }
    return { record, arrays: [] }
  },
}
