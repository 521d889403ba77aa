import { z } from 'zod'
import { gridSchema } from './geometry.ts'
import { providerCheckSchema } from './provider-check.ts'
import { splitSchema } from './study.ts'

/** Positions of a segmentation output that were explained: where the model gives the class, or a saved version of a mask. */
const targetPositionsSchema = z.union([
  z.literal('predicted'),
  /** `segment` null: every marked voxel. */
  z.object({ maskId: z.string(), version: z.number().int(), segment: z.number().int().nullable() }),
])
export type TargetPositions = z.infer<typeof targetPositionsSchema>

/** A case the map was explained against, as it stood when the map was made: it stays named when the case is removed. */
const mapReferenceSchema = z.object({
  volumeId: z.string(),
  code: z.string(),
  name: z.string(),
  split: splitSchema,
  /** SHA-256 of its voxels, the part that is in the map's address. */
  sha256: z.string(),
})
export type MapReference = z.infer<typeof mapReferenceSchema>

/** Everything that addresses a map: hashed into its key. */
export const mapRequestSchema = z.object({
  volumeId: z.string(),
  modelId: z.string(),
  method: z.string(),
  /** Expanded parameters, never a preset's name. */
  parameters: z.record(z.string(), z.unknown()),
  layer: z.string().nullable(),
  target: z.object({
    index: z.number().int(),
    output: z.enum(['logit', 'probability']),
    negate: z.boolean(),
    /** Left out: the whole image. */
    mask: targetPositionsSchema.optional(),
  }),
  /** Reference cases in the order they were stacked; left out: the method took none. */
  references: z.array(mapReferenceSchema).min(1).optional(),
  seed: z.number().int(),
})
export type MapRequest = z.infer<typeof mapRequestSchema>

export const mapSchema = mapRequestSchema.extend({
  key: z.string(),
  methodVersion: z.number(),
  /** Published settings the map was first asked for with; its parameters hold what they set. */
  preset: z.string().optional(),
  /** Shape of the stored raw array without the batch axis: [C, ...spatial] in C order (channels first). */
  dims: z.array(z.number().int()),
  /** Grid of the spatial axes in patient space; the map's voxels are displayed and measured through it. */
  grid: gridSchema,
  score: z.number().nullable(),
  check: z.record(z.string(), z.unknown()).nullable(),
  warnings: z.array(z.string()),
  /** Of the channel-merged map. */
  statistics: z.object({
    min: z.number(),
    max: z.number(),
    p01: z.number(),
    p99: z.number(),
    p99abs: z.number(),
    signed: z.boolean(),
    flat: z.boolean(),
  }),
  provenance: z.object({
    engineVersion: z.string(),
    ortVersion: z.string(),
    provider: z.string(),
    threads: z.number(),
    optimisation: z.string(),
    /** null: computed on the CPU; left out by versions that did not compare. */
    providerCheck: providerCheckSchema.nullable().optional(),
    computeMs: z.number(),
    peakMemoryMb: z.number().nullable(),
  }),
  createdAt: z.string(),
})
export type SaliencyMap = z.infer<typeof mapSchema>

/** How several channels become one value per position. */
export const mergeSchema = z.enum(['sum', 'absolute-sum', 'sum-absolute', 'max', 'max-absolute', 'l2'])
export type Merge = z.infer<typeof mergeSchema>
