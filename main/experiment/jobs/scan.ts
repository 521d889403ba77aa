import { z } from 'zod'
import { scanReportSchema } from '../../shared/domain/import.ts'
import type { JobHandler } from '../job-handler.ts'

const requestSchema = z.object({ sources: z.array(z.string().min(1)).min(1) })
export type ScanRequest = z.infer<typeof requestSchema>

/** Dry scan of files and folders, in a compute process that may read only those. Result: `scanId`. */
export const scanJob: JobHandler<ScanRequest> = {
  kind: 'scan',
  lane: 'files',
  parse: (request) => requestSchema.parse(request),
  title: () => 'Look through files',
  async run({ sources }, context) {
    const { record } = await context.pool.run(
      { kind: 'scan', payload: { roots: sources }, grants: sources },
      { signal: context.run.signal, onProgress: context.run.progress, priority: 1 },
    )
    const found = scanReportSchema.omit({ id: true }).parse(record)
    const here = context.project.studies.seriesKeys()
    const report = {
      ...found,
      id: context.newId('scan'),
      series: found.series.map((series) => ({ ...series, alreadyHere: here.has(series.key) })),
    }
    context.project.scans.add(report, context.clock().toISOString())
    context.result({ scanId: report.id })
  },
}
