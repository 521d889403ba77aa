import { statSync } from 'node:fs'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import type { Connection } from './connection.ts'
import { writeState } from './state-file.ts'
import { noWritePoint, type Surroundings } from './surroundings.ts'

/** Who did what to what: one line of the audit log. */
export interface Act {
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail?: Readonly<Record<string, unknown>>
}

export interface ProjectFileParts {
  readonly path: string
  readonly connection: Connection
  readonly id: string
  /** Empty when writable; otherwise one sentence. */
  readonly readOnlyReason: string
  readonly surroundings: Surroundings
  readonly releaseLock: () => void
  /** Private copies to remove at close. */
  readonly dispose: () => void
}

/**
 * The open database and the only door for writing: BEGIN IMMEDIATE, body, audit line, change counter, commit, state file,
 * and only then the answer (R3). Reading statements go to `connection` directly.
 */
export class ProjectFile {
  readonly path: string
  readonly id: string
  readonly readOnlyReason: string
  readonly surroundings: Surroundings
  readonly #parts: ProjectFileParts
  readonly #identity: { device: number; inode: number } | null
  #inWrite = false
  #closed = false
  #moved = false

  constructor(parts: ProjectFileParts) {
    this.#parts = parts
    this.path = parts.path
    this.id = parts.id
    this.readOnlyReason = parts.readOnlyReason
    this.surroundings = parts.surroundings
    this.#identity = parts.readOnlyReason === '' ? this.#look() : null
  }

  get connection(): Connection {
    if (this.#closed) throw new SaliscopeError('project.closed', 'The project has been closed. Open it again.')
    return this.#parts.connection
  }

  get writable(): boolean {
    return this.readOnlyReason === '' && !this.#closed && !this.#moved
  }

  get closed(): boolean {
    return this.#closed
  }

  #look(): { device: number; inode: number } | null {
    const status = statSync(this.path, { throwIfNoEntry: false })
    return status === undefined ? null : { device: status.dev, inode: status.ino }
  }

  /** False once the file was moved, deleted or replaced under us; writing then stops for good (C15). */
  isInPlace(): boolean {
    if (this.#identity === null || this.#closed) return true
    const now = this.#look()
    if (now === null || now.inode !== this.#identity.inode || now.device !== this.#identity.device) this.#moved = true
    return !this.#moved
  }

  assertWritable(): void {
    if (this.#closed) throw new SaliscopeError('project.closed', 'The project has been closed. Open it again.')
    if (this.readOnlyReason !== '') {
      throw new SaliscopeError(
        'project.read-only',
        `The project is open for reading only: ${this.readOnlyReason} Nothing was changed.`,
      )
    }
    if (!this.isInPlace()) {
      throw new SaliscopeError(
        'project.moved',
        `“${path.basename(this.path)}” was moved, deleted or replaced while it was open. Writing has stopped; save a copy under a new name.`,
        {},
        'stopped',
      )
    }
  }

  /**
   * Runs `body` as one durable change. When this returns, the change survives a kill and a power cut.
   *
   * act     audit line; null for the program's own bookkeeping (job progress, damage marks)
   * errors  project.read-only, project.moved, project.full, project.write-inside-write; the body's own (nothing is then changed)
   */
  write<T>(act: Act | null, body: () => T): T {
    this.assertWritable()
    if (this.#inWrite)
      throw new SaliscopeError(
        'project.write-inside-write',
        'A write was started inside another one. Nothing was changed.',
      )
    const point = this.surroundings.onWritePoint ?? noWritePoint
    const connection = this.#parts.connection
    this.#inWrite = true
    try {
      point('begin')
      connection.exec('BEGIN IMMEDIATE')
      const result = body()
      if (act !== null) this.#audit(act)
      const counter = connection
        .prepare('UPDATE project SET change_counter = change_counter + 1 RETURNING change_counter')
        .pluck()
        .get() as number
      point('commit')
      connection.exec('COMMIT')
      point('state')
      writeState(this.path, { projectId: this.id, changeCounter: counter, clean: false })
      point('acknowledge')
      return result
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK')
      throw translate(error)
    } finally {
      this.#inWrite = false
    }
  }

  #audit(act: Act): void {
    this.#parts.connection
      .prepare('INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)')
      .run(
        this.surroundings.clock().toISOString(),
        act.actor,
        act.action,
        act.subject,
        JSON.stringify(act.detail ?? {}),
      )
  }

  /** Moves the journal into the main file; called after each batch. */
  checkpoint(): void {
    if (this.writable) this.#parts.connection.pragma('wal_checkpoint(TRUNCATE)')
  }

  /**
   * Clean close: checkpoint, one file with a DELETE journal, the clean flag, the state file, the lock.
   * When another reader holds the file, the flag stays unset and the next open checks the file first.
   */
  close(): void {
    if (this.#closed) return
    const { connection } = this.#parts
    const point = this.surroundings.onWritePoint ?? noWritePoint
    try {
      if (this.writable && this.isInPlace()) {
        point('close-checkpoint')
        connection.pragma('wal_checkpoint(TRUNCATE)')
        point('close-journal')
        if (leaveWal(connection)) {
          point('close-clean')
          connection.exec('UPDATE project SET clean = 1')
          const changeCounter = connection.prepare('SELECT change_counter FROM project').pluck().get() as number
          point('close-state')
          writeState(this.path, { projectId: this.id, changeCounter, clean: true })
        }
      }
    } finally {
      this.#closed = true
      connection.close()
      this.#parts.releaseLock()
      this.#parts.dispose()
    }
  }
}

function leaveWal(connection: Connection): boolean {
  try {
    return connection.pragma('journal_mode = DELETE', { simple: true }) === 'delete'
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return false
    throw error
  }
}

/** SQLite's codes in the user's words. */
function translate(error: unknown): unknown {
  const code = (error as { code?: unknown }).code
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new SaliscopeError(
      'project.full',
      'The disk is full, so the last step was not saved. Everything before it is kept; make room and repeat it.',
      {},
      'limit',
    )
  }
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
    return new SaliscopeError(
      'project.damaged',
      'The project file is damaged, so the last step was not saved. Open the newest backup.',
      {},
      'stopped',
    )
  }
  return error
}
