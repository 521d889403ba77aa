import { z } from 'zod'
import { inspect } from '../inspect.ts'
import type { Task } from '../task.ts'
import { modelPayload, parsePayload } from './payload.ts'

const inspectPayload = z.object({ model: modelPayload, itemDims: z.array(z.number().int().positive()).optional() })
export type InspectPayload = z.input<typeof inspectPayload>

/** Inspects a model file. record: ModelReport with `externalFiles`, the names of the files its weights lie in. */
export const task: Task = {
  kind: 'inspect-model',
  async run(payload, _arrays, run, context) {
    const { model, itemDims } = parsePayload('inspect-model', inspectPayload, payload)
    const report = await inspect(
      context.granted(model.path),
      {
        ...(itemDims === undefined ? {} : { itemDims }),
        ...(model.threads === null ? {} : { threads: model.threads }),
        ...(model.optimisation === null ? {} : { optimisation: model.optimisation }),
        // A first process may have died in a driver; the CPU is what is left.
        provider: context.attempt > 1 ? 'cpu' : model.provider,
        memoryMb: model.memoryMb,
        probability: model.probability,
      },
      run,
    )
    const externalFiles = report.details?.externalData.map(({ name }) => name) ?? []
    return { record: { ...report, externalFiles }, arrays: [] }
  },
}
