import { type Model, modelSchema } from '../shared/domain/model.ts'
import { type ModelCard, modelCardSchema } from '../shared/domain/model-card.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { ObjectStore } from './objects.ts'
import type { PackedObject } from './pack.ts'
import type { ProjectFile } from './project-file.ts'
import { checked, fromJson, notFound, toJson } from './rows.ts'

/** A file of a model: the ONNX file itself (`main`) or one with its external data. */
export interface NewModelFile {
  readonly name: string
  readonly main: boolean
  readonly content: PackedObject
}

/** Models with their files and cards. */
export class ModelStore {
  readonly #file: ProjectFile
  readonly #objects: ObjectStore

  constructor(file: ProjectFile, objects: ObjectStore) {
    this.#file = file
    this.#objects = objects
  }

  list(): Model[] {
    const rows = this.#file.connection.prepare('SELECT record FROM models ORDER BY rowid').pluck().all()
    return rows.map((record) => fromJson(modelSchema, record, 'model'))
  }

  get(id: string): Model {
    const record = this.#file.connection.prepare('SELECT record FROM models WHERE id = ?').pluck().get(id)
    if (record === undefined) throw notFound('model', id)
    return fromJson(modelSchema, record, 'model')
  }

  bySha256(sha256: string): Model | null {
    const record = this.#file.connection.prepare('SELECT record FROM models WHERE sha256 = ?').pluck().get(sha256)
    return record === undefined ? null : fromJson(modelSchema, record, 'model')
  }

  add(model: Model, files: readonly NewModelFile[], actor: string): void {
    const record = toJson(modelSchema, model, 'model')
    this.#file.write({ actor, action: 'model.add', subject: model.id, detail: { sha256: model.sha256 } }, () => {
      const { connection } = this.#file
      if (connection.prepare('SELECT 1 FROM models WHERE sha256 = ?').get(model.sha256) !== undefined) {
        throw new SaliscopeError(
          'project.duplicate',
          'The same model file is in the project already; that one is kept.',
        )
      }
      connection
        .prepare('INSERT INTO models (id, name, sha256, record, added_at) VALUES (?, ?, ?, ?, ?)')
        .run(model.id, model.name, model.sha256, record, model.addedAt)
      for (const file of files) {
        const object = this.#objects.insert('model file', file.content)
        connection
          .prepare('INSERT INTO model_files (model_id, name, main, object_id) VALUES (?, ?, ?, ?)')
          .run(model.id, file.name, file.main ? 1 : 0, object)
      }
    })
  }

  setCard(id: string, card: ModelCard, actor: string): Model {
    const next: Model = { ...this.get(id), card: checked(modelCardSchema, card, 'card'), name: card.name }
    this.#file.write({ actor, action: 'model.card', subject: id }, () =>
      this.#file.connection
        .prepare('UPDATE models SET record = ?, name = ? WHERE id = ?')
        .run(toJson(modelSchema, next, 'model'), next.name, id),
    )
    return next
  }

  files(id: string): { name: string; main: boolean; objectId: number }[] {
    const rows = this.#file.connection
      .prepare('SELECT name, main, object_id FROM model_files WHERE model_id = ? ORDER BY main DESC, name')
      .all(id)
    return (rows as { name: string; main: number; object_id: number }[]).map((row) => ({
      name: row.name,
      main: row.main === 1,
      objectId: row.object_id,
    }))
  }

  readFile(objectId: number): AsyncGenerator<Uint8Array> {
    return this.#objects.stream(objectId, 0, Number.MAX_SAFE_INTEGER)
  }

  /** With the maps made by it. */
  remove(id: string, actor: string): void {
    this.get(id)
    const files = this.#file.write({ actor, action: 'model.delete', subject: id }, () => {
      this.#file.connection.prepare('DELETE FROM models WHERE id = ?').run(id)
      return this.#objects.sweep()
    })
    this.#objects.removeFiles(files)
  }
}
