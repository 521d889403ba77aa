import { type Volume, type VolumeType, volumeSchema } from '../shared/domain/study.ts'
import type { ObjectStore } from './objects.ts'
import type { PackedObject } from './pack.ts'
import type { ProjectFile } from './project-file.ts'
import { fromJson, notFound, toJson } from './rows.ts'

const bytesPer: Record<VolumeType, number> = { uint8: 1, int16: 2, uint16: 2, int32: 4, float32: 4 }

/** Bytes of one slice (fixed k) as stored. */
export function sliceBytes(volume: Pick<Volume, 'grid' | 'type' | 'channels'>): number {
  return volume.grid.dims[0] * volume.grid.dims[1] * volume.channels * bytesPer[volume.type]
}

export const elementBytes = (volume: Pick<Volume, 'type' | 'channels'>): number =>
  bytesPer[volume.type] * volume.channels

interface VolumeRow {
  id: string
  object_id: number
  record: string
}

/** Volumes: a record, the voxels in chunks of whole slices, a thumbnail. */
export class VolumeStore {
  readonly #file: ProjectFile
  readonly #objects: ObjectStore

  constructor(file: ProjectFile, objects: ObjectStore) {
    this.#file = file
    this.#objects = objects
  }

  list(): Volume[] {
    return this.#parse(
      this.#file.connection.prepare('SELECT id, object_id, record FROM volumes ORDER BY rowid').all() as VolumeRow[],
    )
  }

  ofStudy(studyId: string): Volume[] {
    return this.#parse(
      this.#file.connection
        .prepare('SELECT id, object_id, record FROM volumes WHERE study_id = ? ORDER BY rowid')
        .all(studyId) as VolumeRow[],
    )
  }

  #parse(rows: VolumeRow[]): Volume[] {
    return rows.map((row) => fromJson(volumeSchema, row.record, 'volume'))
  }

  #row(id: string): VolumeRow {
    const row = this.#file.connection.prepare('SELECT id, object_id, record FROM volumes WHERE id = ?').get(id) as
      | VolumeRow
      | undefined
    if (row === undefined) throw notFound('image', id)
    return row
  }

  get(id: string): Volume {
    return fromJson(volumeSchema, this.#row(id).record, 'volume')
  }

  /** The image an earlier import made from a series of this identity. */
  byImportKey(key: string): Volume | null {
    const record = this.#file.connection
      .prepare(
        'SELECT v.record FROM volumes v JOIN series s ON s.id = v.series_id WHERE s.key = ? ORDER BY v.rowid LIMIT 1',
      )
      .pluck()
      .get(key)
    return record === undefined ? null : fromJson(volumeSchema, record, 'volume')
  }

  /** Inside a write. */
  insert(volume: Volume, voxels: PackedObject, thumbnail: Uint8Array | null): void {
    const record = toJson(volumeSchema, volume, 'volume')
    const object = this.#objects.insert('volume', voxels)
    this.#file.connection
      .prepare('INSERT INTO volumes (id, series_id, study_id, object_id, thumbnail, record) VALUES (?, ?, ?, ?, ?, ?)')
      .run(volume.id, volume.seriesId, volume.studyId, object, thumbnail, record)
  }

  thumbnail(id: string): Uint8Array | null {
    this.#row(id)
    return this.#file.connection
      .prepare('SELECT thumbnail FROM volumes WHERE id = ?')
      .pluck()
      .get(id) as Uint8Array | null
  }

  damageOf(id: string): string | null {
    return this.#objects.damageOf(this.#row(id).object_id)
  }

  /** Slices k0 … k1−1 in order, as stored bytes, chunk by chunk. */
  streamSlices(id: string, k0: number, k1: number): AsyncGenerator<Uint8Array> {
    const step = sliceBytes(this.get(id))
    return this.#objects.stream(this.#row(id).object_id, k0 * step, k1 * step)
  }

  async readSlices(id: string, k0: number, k1: number): Promise<Uint8Array> {
    const step = sliceBytes(this.get(id))
    return this.#objects.read(this.#row(id).object_id, k0 * step, k1 * step)
  }

  readAll(id: string): Promise<Uint8Array> {
    return this.#objects.read(this.#row(id).object_id)
  }

  /** Known truth of a case (demo phantoms, label tables). */
  setLabels(id: string, labels: Volume['labels'], actor: string): Volume {
    const next = { ...this.get(id), labels }
    this.#file.write({ actor, action: 'volume.labels', subject: id }, () =>
      this.#file.connection
        .prepare('UPDATE volumes SET record = ? WHERE id = ?')
        .run(toJson(volumeSchema, next, 'volume'), id),
    )
    return next
  }
}
