import { z } from 'zod'
import { fileOf } from '../../compute/tasks/granted-files.ts'
import { labelColour } from '../../shared/colour/labels.ts'
import type { ScannedSeries } from '../../shared/domain/import.ts'
import type { Mask, Segment } from '../../shared/domain/mask.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { JobContext } from '../job-handler.ts'

export const readMaskRecordSchema = z.object({
  /** Label values found, 0 left out. */
  values: z.array(z.number().int().min(1).max(255)),
  /** Names the file gives its values. */
  names: z.record(z.string(), z.string()),
  warnings: z.array(z.string()),
})

/** A fresh segment of a label value. */
export function segmentOf(value: number, name: string): Segment {
  return {
    value,
    name,
    colour: labelColour(value).colour,
    visible: true,
    locked: false,
    status: 'completed',
    notes: '',
  }
}

/** Reads a mask file onto the grid of a volume (nearest label through the matrices) and stores it as a new document with one version. */
export async function addMaskFile(
  files: readonly string[],
  target: { volumeId: string; reader: string; origin: Mask['origin']; comment: string },
  context: Pick<JobContext, 'project' | 'pool' | 'run' | 'clock' | 'newId' | 'events'>,
): Promise<string> {
  const volume = context.project.volumes.get(target.volumeId)
  const { record, arrays } = await context.pool.run(
    { kind: 'read-mask', payload: { files, grid: volume.grid }, grants: [...new Set(files.map(fileOf))] },
    { signal: context.run.signal, priority: 1 },
  )
  const read = readMaskRecordSchema.parse(record)
  const voxels = arrays[0]
  if (!(voxels instanceof Uint8Array)) throw new SaliscopeError('internal', 'The mask task did not answer labels.')
  const id = context.newId('mask')
  await context.project.masks.create({
    id,
    volumeId: target.volumeId,
    reader: target.reader,
    origin: target.origin,
    segments: read.values.map((value) => segmentOf(value, read.names[String(value)] ?? `Label ${value}`)),
    addedAt: context.clock().toISOString(),
    voxels,
    comment: [target.comment, ...read.warnings].filter((part) => part !== '').join(' '),
  })
  context.events.changed('mask', id)
  return id
}

/** A mask found by a scan, laid onto the image it fits: one of this import, or one that is here already. */
export function importMask(
  series: ScannedSeries,
  volumeOfKey: ReadonlyMap<string, string>,
  context: JobContext,
): Promise<string> {
  const key = series.maskOf
  const volumeId = key === null ? undefined : (volumeOfKey.get(key) ?? context.project.volumes.byImportKey(key)?.id)
  if (volumeId === undefined) {
    throw new SaliscopeError(
      'api.invalid',
      `The mask “${series.description}” fits no image of the project. Import its image too, or add the mask from the image's page.`,
    )
  }
  return addMaskFile(
    series.files,
    { volumeId, reader: 'imported', origin: 'imported', comment: 'Imported with its image.' },
    context,
  )
}
