import { z } from 'zod'

export const jobStateSchema = z.enum(['waiting', 'running', 'paused', 'done', 'failed', 'cancelled'])

/** Stage of a waiting job that an earlier session left: it stands in no queue until it is resumed or cancelled. */
export const leftBehind = 'left by an earlier session'

export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['scan', 'import', 'inspect', 'compute', 'measure', 'figure', 'demo', 'preview']),
  title: z.string(),
  state: jobStateSchema,
  stage: z.string(),
  done: z.number().int(),
  total: z.number().int().nullable(),
  failed: z.number().int(),
  /** One sentence per failed item. */
  failures: z.array(z.object({ item: z.string(), code: z.string(), message: z.string() })),
  /** What the job made: ids, or the scan's report id. */
  result: z.record(z.string(), z.unknown()).nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})
export type Job = z.infer<typeof jobSchema>
