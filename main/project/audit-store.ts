import { z } from 'zod'
import { type AuditEntry, auditEntrySchema } from '../shared/domain/project.ts'
import type { ProjectFile } from './project-file.ts'
import { checked, fromJson } from './rows.ts'

const detailSchema = z.record(z.string(), z.unknown())

/** The log of every user action, in order of its sequence number, not of the clock. */
export class AuditStore {
  readonly #file: ProjectFile

  constructor(file: ProjectFile) {
    this.#file = file
  }

  /** Entries after a sequence number, oldest first, at most `limit`. */
  after(sequence: number, limit = 1000): AuditEntry[] {
    const rows = this.#file.connection
      .prepare('SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?')
      .all(sequence, limit)
    return (rows as { detail: string }[]).map((row) =>
      checked(auditEntrySchema, { ...row, detail: fromJson(detailSchema, row.detail, 'audit entry') }, 'audit entry'),
    )
  }
}
