import { z } from 'zod'
import { findingSchema } from './finding.ts'

/** One series a scan proposes. */
export const scannedSeriesSchema = z.object({
  key: z.string(),
  patientLabel: z.string(),
  studyKey: z.string(),
  studyLabel: z.string(),
  studyDate: z.string().nullable(),
  modality: z.string(),
  description: z.string(),
  source: z.enum(['dicom', 'nifti', 'picture', 'nrrd']),
  files: z.array(z.string()),
  dims: z.array(z.number()),
  spacingMm: z.array(z.number()).nullable(),
  orientation: z.string(),
  bytes: z.number(),
  /** A mask rather than an image; `maskOf` names the series it fits, when one does. */
  isMask: z.boolean(),
  maskOf: z.string().nullable(),
  alreadyHere: z.boolean(),
  findings: z.array(findingSchema),
  /** Data URL of a small PNG, or null when the series cannot be shown. */
  thumbnail: z.string().nullable(),
})
export type ScannedSeries = z.infer<typeof scannedSeriesSchema>

export const scanReportSchema = z.object({
  id: z.string(),
  roots: z.array(z.string()),
  fileCount: z.number().int(),
  series: z.array(scannedSeriesSchema),
  /** Files left out, with the reason, grouped. */
  skipped: z.array(
    z.object({ reason: z.string(), code: z.string(), count: z.number(), examples: z.array(z.string()) }),
  ),
})
export type ScanReport = z.infer<typeof scanReportSchema>
