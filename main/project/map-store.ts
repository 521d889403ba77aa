import { mapSchema, type SaliencyMap } from '../shared/domain/map.ts'
import { measurementSchema, type StoredMeasurement } from '../shared/domain/measurement.ts'
import type { ObjectStore } from './objects.ts'
import type { PackedObject } from './pack.ts'
import type { ProjectFile } from './project-file.ts'
import { fromJson, notFound, toJson } from './rows.ts'

/** Maps addressed by what produced them. A key that is here already is never written again. */
export class MapStore {
  readonly #file: ProjectFile
  readonly #objects: ObjectStore

  constructor(file: ProjectFile, objects: ObjectStore) {
    this.#file = file
    this.#objects = objects
  }

  has(key: string): boolean {
    return this.#file.connection.prepare('SELECT 1 FROM maps WHERE key = ?').get(key) !== undefined
  }

  list(filter: { volumeId?: string; modelId?: string } = {}): SaliencyMap[] {
    const rows = this.#file.connection
      .prepare(
        'SELECT record FROM maps WHERE (@volume IS NULL OR volume_id = @volume) AND (@model IS NULL OR model_id = @model) ORDER BY rowid',
      )
      .pluck()
      .all({ volume: filter.volumeId ?? null, model: filter.modelId ?? null })
    return rows.map((record) => fromJson(mapSchema, record, 'map'))
  }

  get(key: string): SaliencyMap {
    const record = this.#file.connection.prepare('SELECT record FROM maps WHERE key = ?').pluck().get(key)
    if (record === undefined) throw notFound('map', key)
    return fromJson(mapSchema, record, 'map')
  }

  /** False when the key was here already; nothing is then changed. */
  add(map: SaliencyMap, values: PackedObject, actor: string): boolean {
    const record = toJson(mapSchema, map, 'map')
    return this.#file.write({ actor, action: 'map.add', subject: map.key, detail: { method: map.method } }, () => {
      if (this.has(map.key)) return false
      const object = this.#objects.insert('map', values)
      this.#file.connection
        .prepare(
          'INSERT INTO maps (key, volume_id, model_id, method, record, object_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(map.key, map.volumeId, map.modelId, map.method, record, object, map.createdAt)
      return true
    })
  }

  /** The raw array, [C, ...spatial] in C order. */
  async values(key: string): Promise<Float32Array> {
    const object = this.#file.connection.prepare('SELECT object_id FROM maps WHERE key = ?').pluck().get(key) as
      | number
      | undefined
    if (object === undefined) throw notFound('map', key)
    const bytes = await this.#objects.read(object)
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  }

  remove(key: string, actor: string): void {
    this.get(key)
    const files = this.#file.write({ actor, action: 'map.delete', subject: key }, () => {
      this.#file.connection.prepare('DELETE FROM maps WHERE key = ?').run(key)
      return this.#objects.sweep()
    })
    this.#objects.removeFiles(files)
  }

  countByStudy(): Map<string, { maps: number; measurements: number }> {
    const rows = this.#file.connection
      .prepare(
        `SELECT v.study_id AS study, count(DISTINCT m.key) AS maps, count(x.id) AS measurements
         FROM maps m JOIN volumes v ON v.id = m.volume_id LEFT JOIN measurements x ON x.map_key = m.key GROUP BY v.study_id`,
      )
      .all() as { study: string; maps: number; measurements: number }[]
    return new Map(rows.map((row) => [row.study, { maps: row.maps, measurements: row.measurements }]))
  }
}

/** Measurements, each with an address of its own (see map-key.ts). */
export class MeasurementStore {
  readonly #file: ProjectFile

  constructor(file: ProjectFile) {
    this.#file = file
  }

  byKey(key: string): StoredMeasurement | null {
    const record = this.#file.connection.prepare('SELECT record FROM measurements WHERE key = ?').pluck().get(key)
    return record === undefined ? null : fromJson(measurementSchema, record, 'measurement')
  }

  list(filter: { volumeId?: string; mapKey?: string } = {}): StoredMeasurement[] {
    const rows = this.#file.connection
      .prepare(
        `SELECT x.record FROM measurements x JOIN maps m ON m.key = x.map_key
         WHERE (@volume IS NULL OR m.volume_id = @volume) AND (@map IS NULL OR x.map_key = @map) ORDER BY x.rowid`,
      )
      .pluck()
      .all({ volume: filter.volumeId ?? null, map: filter.mapKey ?? null })
    return rows.map((record) => fromJson(measurementSchema, record, 'measurement'))
  }

  /** Measurements of one map or of several, in one write. Keys that are here already are left as they are. */
  add(entries: readonly { key: string; measurement: StoredMeasurement }[], actor: string): void {
    if (entries.length === 0) return
    const mapKeys = [...new Set(entries.map(({ measurement }) => measurement.mapKey))]
    const detail = { count: entries.length, ...(mapKeys.length === 1 ? {} : { mapKeys }) }
    this.#file.write({ actor, action: 'measurement.add', subject: mapKeys[0], detail }, () => {
      const statement = this.#file.connection.prepare(
        'INSERT INTO measurements (id, key, map_key, metric, mask_id, record, created_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
      )
      for (const { key, measurement: m } of entries) {
        statement.run(
          m.id,
          key,
          m.mapKey,
          m.metric,
          m.mask?.maskId ?? null,
          toJson(measurementSchema, m, 'measurement'),
          m.createdAt,
        )
      }
    })
  }
}
