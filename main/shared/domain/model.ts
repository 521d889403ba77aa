import { z } from 'zod'
import { modelCardSchema } from './model-card.ts'
import { providerCheckSchema } from './provider-check.ts'

/** Facts of a pre-flight report beyond those that other screens work with. */
export const modelDetailsSchema = z.object({
  /** Numbers held by the weights, and their bytes as stored. */
  parameterCount: z.number(),
  initializerBytes: z.number(),
  externalData: z.array(z.object({ name: z.string(), bytes: z.number() })),
  /** Shape of one item that was tried; sizes that the file leaves open are the usual ones. null: the model could not be run. */
  itemDims: z.array(z.number()).nullable(),
  /** Batch size stated in the file; null when open. */
  statedBatch: z.number().nullable(),
  /** What the network is made of: activations, norms, pools, additions, gates, attention. */
  structure: z.array(z.object({ what: z.string(), count: z.number(), note: z.string() })),
  /** Nodes whose operator has no rule and through which the score reads the input. */
  withoutRule: z.array(z.object({ node: z.string(), operator: z.string(), reason: z.string() })),
  /** Largest change of a score by the rewriting to operator set 18 and float32, relative to the largest score; null: not compared. */
  scoreChange: z.number().nullable(),
  /** Forward and backward pass of one item, in milliseconds; null: not measured. */
  gradientMs: z.number().nullable(),
  /** Memory of one item's activations in a forward pass, in bytes. */
  activationBytes: z.number().nullable(),
  /** Items per run, forward and with the backward pass. */
  chunk: z.object({ forward: z.number(), gradient: z.number() }).nullable(),
  selfCheck: z
    .object({ difference: z.number().nullable(), passed: z.boolean(), message: z.string() })
    .nullable()
    .describe('The built gradient against differences of the score'),
  provider: z.string(),
  /** The provider compared with the CPU on this model; null: the CPU itself, or the model could not be run. Left out by reports of earlier versions. */
  providerCheck: providerCheckSchema.nullable().optional(),
  threads: z.number(),
  determinism: z.string(),
})
export type ModelDetails = z.infer<typeof modelDetailsSchema>

/** Pre-flight report of a file, made by the compute process. */
export const modelReportSchema = z.object({
  sha256: z.string(),
  bytes: z.number(),
  producer: z.string(),
  irVersion: z.number(),
  opsets: z.record(z.string(), z.number()),
  repairs: z.array(z.string()),
  inputs: z.array(
    z.object({ name: z.string(), type: z.string(), dims: z.array(z.union([z.number(), z.string(), z.null()])) }),
  ),
  outputs: z.array(
    z.object({ name: z.string(), type: z.string(), dims: z.array(z.union([z.number(), z.string(), z.null()])) }),
  ),
  operators: z.array(
    z.object({ name: z.string(), count: z.number(), rule: z.enum(['yes', 'no', 'not-needed']), reason: z.string() }),
  ),
  head: z.enum(['none', 'softmax', 'sigmoid', 'log-softmax']),
  scoreCount: z.number().nullable(),
  layout: z.enum(['NCHW', 'NHWC', 'NCDHW', 'NDHWC']).nullable(),
  camLayers: z.array(z.object({ name: z.string(), dims: z.array(z.number()), isDefault: z.boolean() })),
  methods: z.array(
    z.object({
      id: z.string(),
      available: z.boolean(),
      /** Why not, or with what reservation; empty when there is none. */
      reason: z.string(),
      /** One item with the method's defaults; null: not predicted. */
      predictedMs: z.number().nullable().default(null),
      predictedMb: z.number().nullable().default(null),
    }),
  ),
  warnings: z.array(z.string()),
  forwardMs: z.number().nullable(),
  /** null in reports made before they were collected. */
  details: modelDetailsSchema.nullable().default(null),
})
export type ModelReport = z.infer<typeof modelReportSchema>

export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  fileName: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  report: modelReportSchema,
  /** null until the user has accepted a card on a shown image. */
  card: modelCardSchema.nullable(),
  addedAt: z.string(),
})
export type Model = z.infer<typeof modelSchema>
