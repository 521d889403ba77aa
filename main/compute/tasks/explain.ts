import { z } from 'zod'
import { explain } from '../explain.ts'
import type { Task } from '../task.ts'
import { openedModel } from './opened-models.ts'
import { arrayReference, modelPayload, parametersWithArrays, parsePayload, targetPayload, tensorAt } from './payload.ts'

const explainPayload = z.object({
  model: modelPayload,
  x: arrayReference,
  method: z.string(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  target: targetPayload.prefault({}),
  layer: z.string().nullable().default(null),
  seed: z.number().int().default(0),
  repeats: z.number().int().nonnegative().nullable().default(null),
})
export type ExplainPayload = z.input<typeof explainPayload>

/** Makes one map. arrays in: x and array parameters; arrays out: the map; record: ExplainRecord. */
export const task: Task = {
  kind: 'explain',
  async run(payload, arrays, run, context) {
    const request = parsePayload('explain', explainPayload, payload)
    const x = tensorAt(request.x, arrays)
    run.progress(0, 1, 'opening the model')
    const opened = await openedModel(request.model, x.dims.slice(1), context)
    const parameters = parametersWithArrays(request.parameters, arrays)
    const { map, record } = await explain(opened, x, { ...request, parameters }, run)
    return { record, arrays: [map.data] }
  },
}
