import { z } from 'zod'
import { modelCardSchema } from './model-card.ts'

/** Pre-flight report of a file (engine.md 13), made by the compute process. */
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
  methods: z.array(z.object({ id: z.string(), available: z.boolean(), reason: z.string() })),
  warnings: z.array(z.string()),
  forwardMs: z.number().nullable(),
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
