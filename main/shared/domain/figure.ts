import { z } from 'zod'
import { colourTableIds } from '../colour/tables.ts'
import { mergeSchema } from './map.ts'

/** One row of a figure: a place in one image. */
export const figureRowSchema = z.object({
  volumeId: z.string(),
  plane: z.enum(['axial', 'coronal', 'sagittal']),
  /** Patient point in LPS mm (pixels for pictures) the panel is centred on and the slice goes through; null is the image's centre. */
  centre: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  /** Side of the square shown around the centre, in mm; null shows the whole slice. */
  fieldMm: z.number().positive().nullable(),
  /** Display window; null takes the image's first, or its 0.5–99.5 % range. */
  window: z.object({ width: z.number().positive(), level: z.number() }).nullable(),
  /** Outline drawn on every panel of the row. */
  mask: z.object({ maskId: z.string(), version: z.number().int(), segment: z.number().int() }).nullable(),
})
export type FigureRow = z.infer<typeof figureRowSchema>

export const figureColumnSchema = z.object({
  title: z.string(),
  note: z.string().default(''),
  /** Key of the map per volume; empty for the image alone. */
  maps: z.record(z.string(), z.string()).default({}),
})
export type FigureColumn = z.infer<typeof figureColumnSchema>

/** A saved recipe: the same recipe on the same data gives the same pixels. */
export const figureRecipeSchema = z.object({
  title: z.string().default(''),
  rows: z.array(figureRowSchema).min(1).max(36),
  columns: z.array(figureColumnSchema).min(1).max(12),
  page: z
    .object({
      widthMm: z.number().min(40).max(400).default(178),
      background: z.enum(['white', 'black']).default('white'),
      textPt: z.number().min(5).max(14).default(8),
    })
    .prefault({}),
  range: z.enum(['shared', 'own']).default('shared'),
  /** What each map is divided by before a shared range; none shows all in one range of real values. */
  normalisation: z.enum(['none', 'maximum', 'percentile']).default('none'),
  colourTable: z
    .enum(colourTableIds as [string, ...string[]])
    .nullable()
    .default(null),
  /** Share of the range's reach below which a map is transparent. */
  threshold: z.number().min(0).max(1).default(0.15),
  opacity: z.number().min(0).max(1).default(0.75),
  sampling: z.enum(['linear', 'nearest']).default('linear'),
  merge: mergeSchema.default('sum'),
  furniture: z
    .object({
      colourBar: z.boolean().default(true),
      scaleBar: z.boolean().default(true),
      sideLetters: z.boolean().default(true),
      panelLetters: z.boolean().default(true),
      caseCode: z.boolean().default(true),
      slicePosition: z.boolean().default(false),
      maskOutline: z.boolean().default(true),
      caption: z.boolean().default(true),
    })
    .prefault({}),
})
export type FigureRecipe = z.infer<typeof figureRecipeSchema>
