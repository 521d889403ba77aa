import { z } from 'zod'
import { seriesSchema, studySchema, volumeSchema } from '../../shared/domain/study.ts'

/** What the `import-series` task answers beside its arrays [voxels, thumbnail PNG]; ids are given by the project. */
export const importedSeriesSchema = z.object({
  study: studySchema.pick({ patientCode: true, date: true, description: true }),
  series: seriesSchema.pick({
    number: true,
    modality: true,
    description: true,
    source: true,
    fileCount: true,
    findings: true,
  }),
  volume: volumeSchema.pick({
    name: true,
    grid: true,
    channels: true,
    type: true,
    slope: true,
    intercept: true,
    unit: true,
    modality: true,
    range: true,
    windows: true,
    displayInverted: true,
    frameOfReference: true,
    findings: true,
  }),
})
export type ImportedSeries = z.infer<typeof importedSeriesSchema>
