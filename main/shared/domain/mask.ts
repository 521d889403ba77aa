import { z } from 'zod'

export const segmentSchema = z.object({
  /** Voxel value 1 … 255 within the document's one label volume. */
  value: z.number().int().min(1).max(255),
  name: z.string(),
  /** '#rrggbb', assigned in the palette's order. */
  colour: z.string().regex(/^#[0-9a-f]{6}$/),
  visible: z.boolean(),
  locked: z.boolean(),
  status: z.enum(['not-started', 'in-progress', 'completed', 'flagged']),
  notes: z.string(),
})
export type Segment = z.infer<typeof segmentSchema>

export const maskVersionSchema = z.object({
  version: z.number().int().positive(),
  savedAt: z.string(),
  comment: z.string(),
  sha256: z.string(),
  /** Voxels per segment value. */
  counts: z.record(z.string(), z.number()),
})
export type MaskVersion = z.infer<typeof maskVersionSchema>

/** The mask document of one reader on one image grid: Uint8 voxels, same dims and order as the volume. Saved versions are never changed. */
export const maskSchema = z.object({
  id: z.string(),
  volumeId: z.string(),
  reader: z.string(),
  origin: z.enum(['drawn', 'imported', 'truth']),
  segments: z.array(segmentSchema),
  nothingToMark: z.boolean(),
  versions: z.array(maskVersionSchema),
  /** Strokes acknowledged since the last saved version. */
  pendingStrokes: z.number().int(),
  /** Number of the last acknowledged stroke; the next one is sent with this + 1. Goes on counting across versions. */
  lastSequence: z.number().int().nonnegative(),
})
export type Mask = z.infer<typeof maskSchema>
