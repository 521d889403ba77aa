import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { TaskArray } from '../../compute/task.ts'
import { fileOf } from '../../compute/tasks/granted-files.ts'
import { type ImportedSeries, importedSeriesSchema } from '../../compute/tasks/imported-series.ts'
import { bytesOf, packObject } from '../../project/pack.ts'
import { sliceBytes } from '../../project/volume-store.ts'
import type { ScannedSeries } from '../../shared/domain/import.ts'
import type { Series, Study, Volume } from '../../shared/domain/study.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { JobContext, JobHandler } from '../job-handler.ts'
import { addMaskFile, importMask } from './import-mask.ts'

const maskFileSchema = z.object({
  maskFile: z.string(),
  volumeId: z.string(),
  reader: z.string(),
  origin: z.enum(['imported', 'truth']),
})

const seriesSchema = z.object({
  scanId: z.string(),
  keys: z.array(z.string()).min(1),
  deidentify: z.boolean().default(true),
  group: z.string().max(100).default(''),
  split: z.enum(['', 'train', 'tune', 'test']).default(''),
})
type SeriesRequest = z.infer<typeof seriesSchema>
const requestSchema = z.union([seriesSchema, maskFileSchema])
export type ImportRequest = z.infer<typeof requestSchema>

/**
 * Imports series of a scan. Each series is one transaction; those that are here already are skipped, so continuing after a kill doubles
 * nothing. Masks are taken after the images they belong to. Result: `volumeIds`, `maskIds`.
 */
export const importJob: JobHandler<ImportRequest> = {
  kind: 'import',
  lane: 'files',
  parse: (request) => requestSchema.parse(request),
  title: (request) =>
    'maskFile' in request
      ? 'Import a mask'
      : request.keys.length === 1
        ? 'Import a series'
        : `Import ${request.keys.length} series`,
  async run(request, context) {
    if ('maskFile' in request) {
      const { maskFile, ...target } = request
      const maskId = await addMaskFile([maskFile], { ...target, comment: 'Imported from a file.' }, context)
      context.result({ maskIds: [maskId] })
      return
    }
    const scan = context.project.scans.get(request.scanId)
    const wanted = request.keys.map((key) => {
      const series = scan.series.find((one) => one.key === key)
      if (series === undefined)
        throw new SaliscopeError(
          'api.not-found',
          'The scan holds no series of that key. Scan again and choose from its list.',
        )
      return series
    })
    const ordered = [...wanted.filter((series) => !series.isMask), ...wanted.filter((series) => series.isMask)]
    const volumeIds: string[] = []
    const maskIds: string[] = []
    const volumeOfKey = new Map<string, string>()
    for (const [n, series] of ordered.entries()) {
      context.run.signal.throwIfAborted()
      // The job's record stays in the project: it says what kind of picture is read, never whose.
      const tell = (done: number, total: number) =>
        context.run.progress(n, ordered.length, `${series.modality}: ${done} of ${total}`)
      tell(0, series.files.length)
      try {
        if (series.isMask) maskIds.push(await importMask(series, volumeOfKey, context))
        else {
          const volume = await importSeries(series, request, context, tell)
          volumeOfKey.set(series.key, volume.id)
          volumeIds.push(volume.id)
        }
      } catch (error) {
        context.run.signal.throwIfAborted()
        context.fail(`${series.modality} ${n + 1}`, error)
      }
      context.run.progress(n + 1, ordered.length)
      context.result({ volumeIds, maskIds })
    }
    context.project.file.checkpoint()
  },
}

async function importSeries(
  series: ScannedSeries,
  request: SeriesRequest,
  context: JobContext,
  tell: (done: number, total: number) => void,
): Promise<Volume> {
  const { project } = context
  const there = project.volumes.byImportKey(series.key)
  if (there !== null) return there
  const { record, arrays } = await context.pool.run(
    {
      kind: 'import-series',
      payload: {
        series,
        deidentify: request.deidentify,
        secret: Buffer.from(project.pseudonymSecret()).toString('hex'),
      },
      grants: [...new Set(series.files.map(fileOf))],
    },
    { signal: context.run.signal, onProgress: tell, priority: 1 },
  )
  return storeSeries(series, importedSeriesSchema.parse(record), arrays, request, context)
}

/** What a study is recognised by when more of it comes: a hash with the project's secret, since the UID itself leads back to the patient. */
function studyKey(uid: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(`study\0${uid}`).digest('hex')
}

async function storeSeries(
  series: ScannedSeries,
  imported: ImportedSeries,
  [voxels, thumbnail]: readonly TaskArray[],
  request: SeriesRequest,
  context: JobContext,
): Promise<Volume> {
  const { project } = context
  const bytes = bytesOf(voxels)
  const packed = await packObject(bytes, sliceBytes(imported.volume))
  const key = studyKey(series.studyKey, project.pseudonymSecret())
  // Projects made before keys were hashed hold the UID itself.
  const known = project.studies.byKey(key) ?? project.studies.byKey(series.studyKey)
  const study: Study = known ?? {
    id: context.newId('study'),
    code: project.studies.freeCode(imported.study.patientCode),
    ...imported.study,
    group: request.group,
    split: request.split,
    addedAt: context.clock().toISOString(),
  }
  const made: Series = { ...imported.series, id: context.newId('series'), studyId: study.id }
  const volume: Volume = {
    ...imported.volume,
    id: context.newId('volume'),
    seriesId: made.id,
    studyId: study.id,
    sha256: packed.sha256,
    bytes: bytes.byteLength,
    labels: {},
  }
  project.file.write(
    { actor: 'user', action: 'import', subject: volume.id, detail: { study: study.id, files: made.fileCount } },
    () => {
      if (known === null) project.studies.insert({ ...study, key })
      project.studies.insertSeries({ ...made, key: series.key })
      project.volumes.insert(
        volume,
        packed,
        thumbnail === undefined || thumbnail.length === 0 ? null : bytesOf(thumbnail),
      )
    },
  )
  context.events.changed('study', study.id)
  context.events.changed('volume', volume.id)
  return volume
}
