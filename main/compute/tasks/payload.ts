import { z } from 'zod'
import { ontoGrid } from '../../imaging/preprocess/onto-grid.ts'
import { gridSchema } from '../../shared/domain/geometry.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { type Tensor, tensor } from '../../tensor/tensor.ts'
import type { TaskArray } from '../task.ts'

/** How a model is opened inside a task. `path` must be granted. */
export const modelPayload = z.object({
  path: z.string(),
  /** SHA-256 of the file, when the caller knows it: sessions of one file are then shared between tasks. */
  sha256: z.string().nullable().default(null),
  threads: z.number().int().positive().nullable().default(null),
  provider: z.enum(['cpu', 'webgpu', 'dml', 'cuda']).default('cpu'),
  optimisation: z.enum(['disabled', 'basic', 'extended', 'all']).nullable().default(null),
  memoryMb: z.number().positive().nullable().default(null),
  /** How scores without a head become probabilities; null: softmax of several, sigmoid of one. */
  probability: z.enum(['softmax', 'sigmoid']).nullable().default(null),
})
export type ModelPayload = z.infer<typeof modelPayload>

export const targetPayload = z.object({
  /** null: the highest score of each item. */
  index: z
    .union([z.number().int().nonnegative(), z.array(z.number().int().nonnegative())])
    .nullable()
    .default(null),
  output: z.enum(['logit', 'probability']).default('logit'),
  negate: z.boolean().default(false),
})

/** An array of the task, by its place among the task's arrays. */
export const arrayReference = z.object({
  array: z.number().int().nonnegative(),
  dims: z.array(z.number().int().nonnegative()),
})
export type ArrayReference = z.infer<typeof arrayReference>

/** Parses a payload. errors  compute.payload: names the field */
export function parsePayload<T>(kind: string, schema: z.ZodType<T>, payload: unknown): T {
  const found = schema.safeParse(payload)
  if (found.success) return found.data
  const [issue] = found.error.issues
  throw new SaliscopeError(
    'compute.payload',
    `The task ${kind} was given a wrong description at ${issue.path.join('.') || 'its top'}: ${issue.message}.`,
  )
}

/** The float32 tensor behind a reference. errors  compute.payload */
export function tensorAt(reference: ArrayReference, arrays: readonly TaskArray[]): Tensor {
  const data = arrays[reference.array]
  if (data === undefined)
    throw new SaliscopeError('compute.payload', `The task names array ${reference.array} of ${arrays.length}.`)
  return tensor(reference.dims, data instanceof Float32Array ? data : Float32Array.from(data))
}

/** Labels of an image that choose positions of the model's output: array `array` on the grid `image`; `segment` null: every label but 0. */
export const labelledPositions = z.object({
  array: z.number().int().nonnegative(),
  image: gridSchema,
  segment: z.number().int().min(1).max(255).nullable(),
  /** Grid of the model's input. */
  input: gridSchema,
})

/** Positions of a segmentation output: weights, labels of the image, or those the model itself gives to the class. */
export const positionsPayload = z.union([arrayReference, labelledPositions, z.literal('predicted')])
export type PositionsPayload = z.infer<typeof positionsPayload>

/**
 * Positions as the model takes them. Labels are read at the input's voxel centres, nearest label; outside the image none is chosen.
 * One item per slice where a 2-D network sees several.
 *
 * rank     spatial axes of the model's input
 * returns  weights [1 or N, …spatial of the input], or the word
 * errors   compute.payload
 */
export function positionsAt(
  positions: PositionsPayload | null,
  rank: number,
  arrays: readonly TaskArray[],
): Tensor | 'predicted' | null {
  if (positions === null || positions === 'predicted') return positions
  if (!('image' in positions)) return tensorAt(positions, arrays)
  const labels = arrays[positions.array]
  if (!(labels instanceof Uint8Array))
    throw new SaliscopeError('compute.payload', `Array ${positions.array} of the task holds no labels.`)
  const { image, input, segment } = positions
  const [ni, nj, nk] = input.dims
  const chosen = labels.map((label) => Number(segment === null ? label !== 0 : label === segment))
  const onInput = ontoGrid(chosen, image, input, 'nearest', 0, new Uint8Array(ni * nj * nk))
  return tensor(rank === 3 ? [1, nk, nj, ni] : [nk, nj, ni], Float32Array.from(onInput))
}

/** Parameters of a request with every array reference replaced by its tensor. */
export function parametersWithArrays(
  parameters: Readonly<Record<string, unknown>>,
  arrays: readonly TaskArray[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const reference = arrayReference.safeParse(value)
      return [name, reference.success ? tensorAt(reference.data, arrays) : value]
    }),
  )
}

/** The other direction: tensors of a request moved behind the given arrays, references in their place. */
export function parametersToArrays(
  parameters: Readonly<Record<string, unknown>>,
  arrays: TaskArray[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (typeof value !== 'object' || value === null || !('data' in value && 'dims' in value)) return [name, value]
      const { data, dims } = value as Tensor
      return [name, { array: arrays.push(data) - 1, dims: [...dims] }]
    }),
  )
}
