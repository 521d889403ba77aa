import { z } from 'zod'
import { findingSchema } from './finding.ts'
import { gridSchema } from './geometry.ts'

export const volumeTypeSchema = z.enum(['uint8', 'int16', 'uint16', 'int32', 'float32'])
export type VolumeType = z.infer<typeof volumeTypeSchema>

export const windowSchema = z.object({ width: z.number(), level: z.number(), name: z.string().default('') })
export type Window = z.infer<typeof windowSchema>

/** One image on one grid: a CT volume, a radiograph (nk = 1), a picture. Stored values are `value = stored·slope + intercept`. */
export const volumeSchema = z.object({
  id: z.string(),
  seriesId: z.string(),
  studyId: z.string(),
  name: z.string(),
  grid: gridSchema,
  /** 1, or 3 for colour; colour channels are interleaved per voxel. */
  channels: z.union([z.literal(1), z.literal(3)]),
  type: volumeTypeSchema,
  slope: z.number(),
  intercept: z.number(),
  /** Unit of the value after slope and intercept: 'HU', 'a.u.', … */
  unit: z.string(),
  modality: z.string(),
  /** Smallest and largest value after slope and intercept over finite, unpadded voxels. */
  range: z.tuple([z.number(), z.number()]),
  windows: z.array(windowSchema),
  /** MONOCHROME1: low values are shown bright. Voxels are as stored; only the display inverts. Absent: false. */
  displayInverted: z.boolean().optional(),
  frameOfReference: z.string().nullable(),
  /** SHA-256 of the voxel bytes, little-endian, before compression. */
  sha256: z.string(),
  bytes: z.number().int(),
  findings: z.array(findingSchema),
  /** Known truth of synthetic or labelled data: class names with 0/1, free for the worklist's group column. */
  labels: z.record(z.string(), z.union([z.number(), z.string()])),
})
export type Volume = z.infer<typeof volumeSchema>

export const seriesSchema = z.object({
  id: z.string(),
  studyId: z.string(),
  number: z.number().nullable(),
  modality: z.string(),
  description: z.string(),
  source: z.enum(['dicom', 'nifti', 'picture', 'nrrd']),
  fileCount: z.number().int(),
  findings: z.array(findingSchema),
})
export type Series = z.infer<typeof seriesSchema>

/** What a case serves for in training; empty: not known. */
export const splitSchema = z.enum(['', 'train', 'tune', 'test'])
export type Split = z.infer<typeof splitSchema>

/** A case of the worklist. `code` is the stable pseudonym; names and ids of patients are kept only when de-identification was switched off. */
export const studySchema = z.object({
  id: z.string(),
  code: z.string(),
  patientCode: z.string(),
  date: z.string().nullable(),
  description: z.string(),
  group: z.string(),
  split: splitSchema,
  addedAt: z.string(),
})
export type Study = z.infer<typeof studySchema>

/** One row of the worklist. */
export const worklistRowSchema = studySchema.extend({
  modalities: z.array(z.string()),
  volumes: z.array(z.object({ id: z.string(), name: z.string(), dims: z.array(z.number()), modality: z.string() })),
  masks: z.array(z.object({ id: z.string(), reader: z.string(), status: z.string() })),
  mapCount: z.number().int(),
  measurementCount: z.number().int(),
  findings: z.array(findingSchema),
})
export type WorklistRow = z.infer<typeof worklistRowSchema>
