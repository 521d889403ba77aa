import { z } from 'zod'
import { predict } from '../predict.ts'
import type { Task } from '../task.ts'
import { openedModel } from './opened-models.ts'
import { arrayReference, modelPayload, parsePayload, tensorAt } from './payload.ts'

const predictPayload = z.object({
  model: modelPayload,
  x: arrayReference,
  output: z.enum(['logit', 'probability']).default('logit'),
  repeats: z.number().int().nonnegative().nullable().default(null),
})
export type PredictPayload = z.input<typeof predictPayload>

/** Runs the model. arrays out: scores [N, K] and probabilities [N, K]; record: PredictRecord. */
export const task: Task = {
  kind: 'predict',
  async run(payload, arrays, run, context) {
    const request = parsePayload('predict', predictPayload, payload)
    const x = tensorAt(request.x, arrays)
    const opened = await openedModel(request.model, x.dims.slice(1), context)
    const { scores, probabilities, record } = await predict(opened, x, request.output, request.repeats, run)
    return { record, arrays: [scores.data, probabilities.data] }
  },
}
