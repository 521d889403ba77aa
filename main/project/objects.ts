import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { replaceFile } from './durable-file.ts'
import { type PackedChunk, type PackedObject, unpackChunk } from './pack.ts'
import type { ProjectFile } from './project-file.ts'

/** Compressed bytes inside the database beyond which further chunks go to the side folder. */
const insideLimitBytes = 2 * 2 ** 30
/** Unpacked chunks kept in memory, so that neighbouring slices are not unpacked twice. */
const cacheBytes = 96 * 2 ** 20

interface ChunkRow {
  number: number
  first_byte: number
  raw_bytes: number
  sha256: string
  data: Buffer | null
}

/** Every table that may refer to an object. */
const referrers = ['volumes', 'model_files', 'mask_versions', 'mask_snapshots', 'maps']

/**
 * Stored bytes: volumes, maps, masks, model files. Each is a row and its zstd chunks with a SHA-256 of the raw bytes, checked on
 * every read from the disk. Above 2 GB chunks lie as files named by their hash in `NAME.saliscope.chunks`
 * (files first when writing, rows first when deleting).
 */
export class ObjectStore {
  readonly #file: ProjectFile
  readonly #folder: string
  readonly #insideLimit: number
  readonly #cache = new Map<string, Uint8Array>()
  #cached = 0

  constructor(file: ProjectFile, options: { insideLimitBytes?: number } = {}) {
    this.#file = file
    this.#folder = `${file.path}.chunks`
    this.#insideLimit = options.insideLimitBytes ?? insideLimitBytes
  }

  /** Inside a write. Answers the object's id. */
  insert(kind: string, object: PackedObject): number {
    const { connection } = this.#file
    const id = Number(
      connection
        .prepare('INSERT INTO objects (kind, sha256, bytes) VALUES (?, ?, ?)')
        .run(kind, object.sha256, object.bytes).lastInsertRowid,
    )
    const inside = connection
      .prepare('SELECT coalesce(sum(packed_bytes), 0) FROM chunks WHERE data IS NOT NULL')
      .pluck()
      .get() as number
    const outside = inside > this.#insideLimit
    const statement = connection.prepare(
      'INSERT INTO chunks (object_id, number, first_byte, raw_bytes, packed_bytes, sha256, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    for (const [n, chunk] of object.chunks.entries()) {
      if (outside) this.#writeOutside(chunk)
      statement.run(
        id,
        n,
        chunk.firstByte,
        chunk.rawBytes,
        chunk.packed.byteLength,
        chunk.sha256,
        outside ? null : chunk.packed,
      )
    }
    return id
  }

  #writeOutside(chunk: PackedChunk): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const file = this.#pathOf(chunk.sha256)
    if (!existsSync(file)) replaceFile(file, chunk.packed, { flushFolder: true })
  }

  /** Hashes come from rows, and a row may be hostile: anything but 64 hex digits is refused before it names a file. */
  #pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new SaliscopeError('project.damaged-row', 'A stored block has no valid checksum, so it is not used.')
    return path.join(this.#folder, sha256)
  }

  bytesOf(id: number): number {
    return this.#require(id).bytes
  }

  sha256Of(id: number): string {
    return this.#require(id).sha256
  }

  #require(id: number): { kind: string; bytes: number; sha256: string } {
    const row = this.#file.connection.prepare('SELECT kind, bytes, sha256 FROM objects WHERE id = ?').get(id)
    if (row === undefined)
      throw new SaliscopeError(
        'project.damaged-row',
        'A row names stored bytes that are not there. The item cannot be read; the rest works.',
      )
    return row as { kind: string; bytes: number; sha256: string }
  }

  /**
   * Bytes `from` … `to`−1, chunk by chunk in order, each checked against its SHA-256.
   *
   * errors  project.damaged-chunk: the object is marked damaged
   */
  async *stream(id: number, from: number, to: number): AsyncGenerator<Uint8Array> {
    const numbers = this.#file.connection
      .prepare(
        'SELECT number, first_byte, raw_bytes FROM chunks WHERE object_id = ? AND first_byte < ? AND first_byte + raw_bytes > ? ORDER BY number',
      )
      .all(id, to, from) as ChunkRow[]
    for (const { number, first_byte, raw_bytes } of numbers) {
      const raw = await this.#chunk(id, number)
      yield raw.subarray(Math.max(0, from - first_byte), Math.min(raw_bytes, to - first_byte))
    }
  }

  /** As `stream`, in one array. */
  async read(id: number, from = 0, to = this.bytesOf(id)): Promise<Uint8Array> {
    const out = new Uint8Array(Math.max(0, to - from))
    let at = 0
    for await (const part of this.stream(id, from, to)) {
      out.set(part, at)
      at += part.byteLength
    }
    if (at !== out.byteLength) throw this.#damaged(id, 0, 'some of its blocks are missing')
    return out
  }

  async #chunk(id: number, number: number): Promise<Uint8Array> {
    const key = `${id}:${number}`
    const kept = this.#cache.get(key)
    if (kept !== undefined) {
      this.#cache.delete(key)
      this.#cache.set(key, kept)
      return kept
    }
    const row = this.#file.connection
      .prepare('SELECT * FROM chunks WHERE object_id = ? AND number = ?')
      .get(id, number) as ChunkRow | undefined
    if (row === undefined)
      throw new SaliscopeError('project.not-found', 'The item was deleted while it was being read.')
    const packed = row.data ?? this.#readOutside(id, number, row.sha256)
    const raw = await unpackChunk(packed, row.raw_bytes, row.sha256)
    if (raw === null) throw this.#damaged(id, number, 'its checksum is not the stored one')
    this.#remember(key, raw)
    return raw
  }

  #readOutside(id: number, number: number, sha256: string): Uint8Array {
    const file = this.#pathOf(sha256)
    if (!existsSync(file)) throw this.#damaged(id, number, 'its file in the folder beside the project is missing')
    return readFileSync(file)
  }

  #remember(key: string, raw: Uint8Array): void {
    this.#cache.set(key, raw)
    this.#cached += raw.byteLength
    for (const [oldest, bytes] of this.#cache) {
      if (this.#cached <= cacheBytes || oldest === key) break
      this.#cache.delete(oldest)
      this.#cached -= bytes.byteLength
    }
  }

  #damaged(id: number, number: number, what: string): SaliscopeError {
    const kind =
      (this.#file.connection.prepare('SELECT kind FROM objects WHERE id = ?').pluck().get(id) as string | undefined) ??
      'object'
    const reason = `block ${number + 1}: ${what}`
    if (this.#file.writable) {
      this.#file.write(null, () =>
        this.#file.connection.prepare('UPDATE objects SET damaged = ? WHERE id = ?').run(reason, id),
      )
    }
    return new SaliscopeError(
      'project.damaged-chunk',
      `The stored ${kind} is damaged (${reason}). It is marked so and not shown; the rest of the project works. Import or compute it again, or open a backup.`,
      { object: id, chunk: number },
      'stopped',
    )
  }

  damageOf(id: number): string | null {
    return (
      (this.#file.connection.prepare('SELECT damaged FROM objects WHERE id = ?').pluck().get(id) as
        | string
        | null
        | undefined) ?? null
    )
  }

  /** Inside a write: deletes objects that nothing refers to any more. Answers hashes of files to remove once the rows are gone. */
  sweep(): string[] {
    const { connection } = this.#file
    const free = referrers
      .map((table) => `NOT EXISTS (SELECT 1 FROM ${table} WHERE object_id = objects.id)`)
      .join(' AND ')
    const outside = connection
      .prepare(
        `SELECT DISTINCT sha256 FROM chunks WHERE data IS NULL AND object_id IN (SELECT id FROM objects WHERE ${free})`,
      )
      .pluck()
      .all() as string[]
    connection.prepare(`DELETE FROM objects WHERE ${free}`).run()
    this.#cache.clear()
    this.#cached = 0
    const used = connection.prepare('SELECT 1 FROM chunks WHERE sha256 = ? AND data IS NULL LIMIT 1').pluck()
    return outside.filter((sha256) => used.get(sha256) === undefined)
  }

  removeFiles(hashes: readonly string[]): void {
    for (const sha256 of hashes) rmSync(this.#pathOf(sha256), { force: true })
  }

  /** Files of the side folder that no row names: left by a kill between file and row. */
  orphans(): string[] {
    if (!existsSync(this.#folder)) return []
    const used = new Set(
      this.#file.connection.prepare('SELECT sha256 FROM chunks WHERE data IS NULL').pluck().all() as string[],
    )
    return readdirSync(this.#folder).filter((name) => !used.has(name))
  }

  removeOrphans(): number {
    const names = this.orphans()
    for (const name of names) rmSync(path.join(this.#folder, name), { force: true })
    return names.length
  }

  /** Reads every chunk. Answers one line per damaged object. */
  async verify(progress: (done: number, total: number) => void): Promise<{ object: number; reason: string }[]> {
    this.#cache.clear()
    this.#cached = 0
    const ids = this.#file.connection.prepare('SELECT id FROM objects ORDER BY id').pluck().all() as number[]
    const damaged: { object: number; reason: string }[] = []
    for (const [n, id] of ids.entries()) {
      try {
        let bytes = 0
        for await (const part of this.stream(id, 0, Number.MAX_SAFE_INTEGER)) bytes += part.byteLength
        if (bytes !== this.bytesOf(id)) throw this.#damaged(id, 0, 'some of its blocks are missing')
      } catch (error) {
        if (!(error instanceof SaliscopeError)) throw error
        damaged.push({ object: id, reason: error.message })
      }
      progress(n + 1, ids.length)
    }
    return damaged
  }
}
