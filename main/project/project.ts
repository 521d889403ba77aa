import { statSync } from 'node:fs'
import { type ProjectHeader, projectHeaderSchema } from '../shared/domain/project.ts'
import type { WorklistRow } from '../shared/domain/study.ts'
import { AuditStore } from './audit-store.ts'
import { backUp, listBackups } from './backup.ts'
import { createProjectFile } from './create.ts'
import { JobStore, ScanStore } from './job-store.ts'
import { MapStore, MeasurementStore } from './map-store.ts'
import { MaskStore } from './mask-store.ts'
import { ModelStore } from './model-store.ts'
import { ObjectStore } from './objects.ts'
import { type OpenOptions, openProjectFile } from './open.ts'
import type { ProjectFile } from './project-file.ts'
import { checked } from './rows.ts'
import { StudyStore } from './study-store.ts'
import type { Surroundings } from './surroundings.ts'
import { VolumeStore } from './volume-store.ts'

/** An open project: the file and one store per aggregate. */
export class Project {
  readonly file: ProjectFile
  readonly objects: ObjectStore
  readonly studies: StudyStore
  readonly volumes: VolumeStore
  readonly models: ModelStore
  readonly masks: MaskStore
  readonly maps: MapStore
  readonly measurements: MeasurementStore
  readonly jobs: JobStore
  readonly scans: ScanStore
  readonly audit: AuditStore

  constructor(file: ProjectFile, options: { insideLimitBytes?: number } = {}) {
    this.file = file
    this.objects = new ObjectStore(file, options)
    this.studies = new StudyStore(file, this.objects)
    this.volumes = new VolumeStore(file, this.objects)
    this.models = new ModelStore(file, this.objects)
    this.masks = new MaskStore(file, this.objects, this.volumes)
    this.maps = new MapStore(file, this.objects)
    this.measurements = new MeasurementStore(file)
    this.jobs = new JobStore(file)
    this.scans = new ScanStore(file)
    this.audit = new AuditStore(file)
  }

  header(): ProjectHeader {
    const { connection } = this.file
    const row = connection.prepare('SELECT id, name, last_backup_at FROM project').get() as {
      id: string
      name: string
      last_backup_at: string | null
    }
    const count = (table: string): number => connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
    return checked(
      projectHeaderSchema,
      {
        id: row.id,
        name: row.name,
        path: this.file.path,
        bytes: statSync(this.file.path, { throwIfNoEntry: false })?.size ?? 0,
        state: this.file.writable ? 'writable' : 'read-only',
        reason: this.file.writable
          ? ''
          : this.file.readOnlyReason || 'The file was moved, deleted or replaced while it was open.',
        lastBackupAt: row.last_backup_at,
        counts: {
          studies: count('studies'),
          volumes: count('volumes'),
          masks: count('masks'),
          models: count('models'),
          maps: count('maps'),
          measurements: count('measurements'),
        },
      },
      'project header',
    )
  }

  /** Key for stable pseudonyms; never leaves the project. */
  pseudonymSecret(): Uint8Array {
    return this.file.connection.prepare('SELECT pseudonym_secret FROM project').pluck().get() as Uint8Array
  }

  worklist(): WorklistRow[] {
    const counts = this.maps.countByStudy()
    const volumes = Map.groupBy(this.volumes.list(), (volume) => volume.studyId)
    const masks = Map.groupBy(this.masks.list(), (mask) => mask.volumeId)
    return this.studies.list().map((study) => {
      const own = volumes.get(study.id) ?? []
      return {
        ...study,
        modalities: [...new Set(own.map((volume) => volume.modality))],
        volumes: own.map((volume) => ({
          id: volume.id,
          name: volume.name,
          dims: [...volume.grid.dims],
          modality: volume.modality,
        })),
        masks: own.flatMap((volume) =>
          (masks.get(volume.id) ?? []).map((mask) => ({
            id: mask.id,
            reader: mask.reader,
            status: statusOf(mask.segments, mask.nothingToMark),
          })),
        ),
        mapCount: counts.get(study.id)?.maps ?? 0,
        measurementCount: counts.get(study.id)?.measurements ?? 0,
        findings: own.flatMap((volume) => volume.findings),
      }
    })
  }

  backUp(): Promise<string> {
    return backUp(this.file)
  }

  backups(): string[] {
    return listBackups(this.file.path)
  }

  /** Pages, references, and every stored block against its checksum; side files without rows are reported. */
  async verify(
    progress: (done: number, total: number) => void,
  ): Promise<{ database: string; damaged: { object: number; reason: string }[]; orphans: number }> {
    const database = String(this.file.connection.pragma('integrity_check(1)', { simple: true }))
    const damaged = await this.objects.verify(progress)
    return { database, damaged, orphans: this.objects.orphans().length }
  }

  close(): void {
    if (this.file.closed) return
    if (this.file.writable) {
      const unfinished = this.jobs
        .list()
        .filter((job) => job.kind === 'import' && job.state !== 'done' && job.state !== 'cancelled')
      this.scans.removeAllBut(unfinished.flatMap((job) => scanOf(this.jobs.request(job.id))))
    }
    this.file.close()
  }
}

function scanOf(request: unknown): string[] {
  const scanId = (request as { scanId?: unknown } | null)?.scanId
  return typeof scanId === 'string' ? [scanId] : []
}

/** Worst state of the segments: flagged, then open work, then done. */
function statusOf(segments: readonly { status: string }[], nothingToMark: boolean): string {
  if (nothingToMark) return 'completed'
  for (const status of ['flagged', 'in-progress', 'not-started'])
    if (segments.some((segment) => segment.status === status)) return status
  return segments.length === 0 ? 'not-started' : 'completed'
}

/** Creates a project and opens it. Errors: project.exists, project.unwritable. */
export async function createProject(file: string, name: string, surroundings: Surroundings): Promise<Project> {
  createProjectFile(file, name, surroundings)
  return openProject(file, {}, surroundings)
}

/**
 * Opens a project, reclaims jobs whose process is gone, and removes side files that a kill left without rows.
 *
 * errors  as openProjectFile
 */
export async function openProject(
  file: string,
  options: OpenOptions & { insideLimitBytes?: number },
  surroundings: Surroundings,
): Promise<Project> {
  const opened = await openProjectFile(file, options, surroundings)
  const project = new Project(opened, { insideLimitBytes: options.insideLimitBytes })
  if (opened.writable) {
    project.jobs.reclaim()
    project.objects.removeOrphans()
  }
  return project
}
