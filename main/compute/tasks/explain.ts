import { z } from 'zod'
import { explain, explainEach } from '../explain.ts'
import type { Task } from '../task.ts'
import { openedModel } from './opened-models.ts'
import {
  arrayReference,
  modelPayload,
  parametersWithArrays,
  parsePayload,
  positionsAt,
  positionsPayload,
  targetPayload,
  tensorAt,
} from './payload.ts'

const explainPayload = z.object({
  model: modelPayload,
  x: arrayReference,
  method: z.string(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  target: targetPayload.prefault({}),
  /** One map for each of these scores, sharing passes; `target.index` is then not read. */
  targets: z.array(z.number().int().nonnegative()).min(1).max(1000).nullable().default(null),
  /** Positions of a segmentation output that are explained; null: all of them. */
  mask: positionsPayload.nullable().default(null),
  layer: z.string().nullable().default(null),
  seed: z.number().int().default(0),
  repeats: z.number().int().nonnegative().nullable().default(null),
})
export type ExplainPayload = z.input<typeof explainPayload>

/**
 * Makes a map. arrays in: x, array parameters and the mask; arrays out: the map; record: ExplainRecord. With `targets` there
 * is one map for each, in their order, and the record is the list of theirs.
 */
export const task: Task = {
  kind: 'explain',
  async run(payload, arrays, run, context) {
    const request = parsePayload('explain', explainPayload, payload)
    const x = tensorAt(request.x, arrays)
    run.progress(0, 1, 'opening the model')
    const opened = await openedModel(request.model, x.dims.slice(1), context)
    const parameters = parametersWithArrays(request.parameters, arrays)
    const mask = positionsAt(request.mask, x.dims.length - 2, arrays)
    const asked = { ...request, parameters, mask }
    if (request.targets === null) {
      const { map, record } = await explain(opened, x, asked, run)
      return { record, arrays: [map.data] }
    }
    const made = await explainEach(opened, x, asked, request.targets, run)
    return { record: made.map(({ record }) => record), arrays: made.map(({ map }) => map.data) }
  },
}
