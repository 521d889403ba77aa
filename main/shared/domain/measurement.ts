import { z } from 'zod'

export const measurementSchema = z.object({
  id: z.string(),
  mapKey: z.string(),
  metric: z.string(),
  metricVersion: z.number(),
  parameters: z.record(z.string(), z.unknown()),
  merge: z.string(),
  /** Mask used, or null for metrics without one. */
  mask: z.object({ maskId: z.string(), version: z.number().int(), segment: z.number().int() }).nullable(),
  /** Grid the comparison was made on: the map resampled to the image (linear), or the mask to the map (nearest). */
  geometry: z.enum(['image', 'map']),
  value: z.number().nullable(),
  reason: z.string().nullable(),
  chance: z.number().nullable(),
  details: z.record(z.string(), z.unknown()),
  engineVersion: z.string(),
  createdAt: z.string(),
})
export type StoredMeasurement = z.infer<typeof measurementSchema>
