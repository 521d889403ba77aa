import { z } from 'zod'
import { preprocess } from '../../imaging/preprocess/preprocess.ts'
import { gridSchema } from '../../shared/domain/geometry.ts'
import { modelCardSchema } from '../../shared/domain/model-card.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Task } from '../task.ts'
import { parsePayload } from './payload.ts'

const preprocessPayload = z.object({
  image: z.object({
    grid: gridSchema,
    channels: z.union([z.literal(1), z.literal(3)]),
    slope: z.number(),
    intercept: z.number(),
    range: z.tuple([z.number(), z.number()]),
  }),
  card: modelCardSchema,
})

/** Image and card → model input. arrays in: stored voxels; arrays out: the tensor; record: {dims, grid, range, findings}. */
export const task: Task = {
  kind: 'preprocess',
  async run(payload, arrays) {
    const { image, card } = parsePayload('preprocess', preprocessPayload, payload)
    const voxels = arrays[0]
    if (voxels === undefined || voxels instanceof Float64Array)
      throw new SaliscopeError('compute.payload', 'The task preprocess was given no voxels.')
    const { tensor, grid, range, findings } = preprocess(image, voxels, card)
    return { record: { dims: tensor.dims, grid, range, findings }, arrays: [tensor.data] }
  },
}
