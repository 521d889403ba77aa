import { z } from 'zod'

/** Something a reader must know about a file, series or volume. */
export const findingSchema = z.object({
  code: z.string(),
  outcome: z.enum(['refused', 'warned', 'asked', 'limit', 'stopped']),
  message: z.string(),
})
export type Finding = z.infer<typeof findingSchema>
