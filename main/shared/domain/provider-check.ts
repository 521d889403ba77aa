import { z } from 'zod'

/** What comparing an execution provider with the CPU showed on first use with a model; stored beside every result. */
export const providerCheckSchema = z.object({
  provider: z.string(),
  /** Largest difference of a score, relative to the largest score. */
  scoreDifference: z.number(),
  scoreTolerance: z.number(),
  /** ‖g − g_CPU‖ ÷ ‖g_CPU‖ of a weighted sum of all scores; null: not compared. */
  gradientDifference: z.number().nullable(),
  gradientTolerance: z.number(),
  /** Why the gradient was not compared; empty when it was. */
  gradientReason: z.string(),
  /** Nodes of the compared graph after the runtime's own rewriting, and how many of them ran on the CPU; null: not counted. */
  nodes: z.number().int().nullable(),
  fallbackNodes: z.number().int().nullable(),
  /** How many of each operator ran on the CPU. */
  fallbackOperators: z.record(z.string(), z.number().int()),
  /** Why nodes were not counted; empty when they were. */
  fallbackReason: z.string(),
})
export type ProviderCheck = z.infer<typeof providerCheckSchema>
