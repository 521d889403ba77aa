import { z } from 'zod'

export const projectHeaderSchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  bytes: z.number(),
  state: z.enum(['writable', 'read-only']),
  /** Why it is read-only, in one sentence; empty when writable. */
  reason: z.string(),
  lastBackupAt: z.string().nullable(),
  counts: z.object({
    studies: z.number(),
    volumes: z.number(),
    masks: z.number(),
    models: z.number(),
    maps: z.number(),
    measurements: z.number(),
  }),
})
export type ProjectHeader = z.infer<typeof projectHeaderSchema>

export const auditEntrySchema = z.object({
  sequence: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>
