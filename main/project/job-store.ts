import { z } from 'zod'
import { type ScanReport, scanReportSchema } from '../shared/domain/import.ts'
import { type Job, jobSchema } from '../shared/domain/job.ts'
import type { ProjectFile } from './project-file.ts'
import { fromJson, notFound, toJson } from './rows.ts'

/** The durable queue: each job's state and the request it can be run again from. */
export class JobStore {
  readonly #file: ProjectFile

  constructor(file: ProjectFile) {
    this.#file = file
  }

  list(): Job[] {
    const rows = this.#file.connection.prepare('SELECT record FROM jobs ORDER BY sequence').pluck().all()
    return rows.map((record) => fromJson(jobSchema, record, 'job'))
  }

  get(id: string): Job {
    const record = this.#file.connection.prepare('SELECT record FROM jobs WHERE id = ?').pluck().get(id)
    if (record === undefined) throw notFound('job', id)
    return fromJson(jobSchema, record, 'job')
  }

  request(id: string): unknown {
    const text = this.#file.connection.prepare('SELECT request FROM jobs WHERE id = ?').pluck().get(id)
    if (text === undefined) throw notFound('job', id)
    return fromJson(z.unknown(), text, 'job')
  }

  add(job: Job, request: unknown, actor: string): void {
    this.#file.write({ actor, action: `job.${job.kind}`, subject: job.id }, () => {
      const sequence =
        1 + (this.#file.connection.prepare('SELECT coalesce(max(sequence), 0) FROM jobs').pluck().get() as number)
      this.#file.connection
        .prepare('INSERT INTO jobs (id, sequence, kind, state, request, record) VALUES (?, ?, ?, ?, ?, ?)')
        .run(job.id, sequence, job.kind, job.state, JSON.stringify(request), toJson(jobSchema, job, 'job'))
    })
  }

  /** The program's own bookkeeping: not audited. */
  save(job: Job): void {
    this.#file.write(null, () =>
      this.#file.connection
        .prepare('UPDATE jobs SET state = ?, record = ? WHERE id = ?')
        .run(job.state, toJson(jobSchema, job, 'job'), job.id),
    )
  }

  /** Jobs left running by a process that is gone become waiting again. Answers their ids. */
  reclaim(): string[] {
    const left = this.list().filter((job) => job.state === 'running')
    for (const job of left) this.save({ ...job, state: 'waiting', stage: 'left unfinished by the last session' })
    return left.map((job) => job.id)
  }
}

/** Reports of dry scans; they hold paths and names of this computer, so they are erased at a clean close, with the paths asked for, unless an import still needs them. */
export class ScanStore {
  readonly #file: ProjectFile

  constructor(file: ProjectFile) {
    this.#file = file
  }

  get(id: string): ScanReport {
    const record = this.#file.connection.prepare('SELECT record FROM scans WHERE id = ?').pluck().get(id)
    if (record === undefined) throw notFound('scan', id)
    return fromJson(scanReportSchema, record, 'scan')
  }

  add(report: ScanReport, addedAt: string): void {
    this.#file.write(null, () =>
      this.#file.connection
        .prepare('INSERT INTO scans (id, record, added_at) VALUES (?, ?, ?)')
        .run(report.id, toJson(scanReportSchema, report, 'scan'), addedAt),
    )
  }

  removeAllBut(kept: readonly string[]): void {
    const ids = (this.#file.connection.prepare('SELECT id FROM scans').pluck().all() as string[]).filter(
      (id) => !kept.includes(id),
    )
    if (ids.length === 0) return
    const { connection } = this.#file
    // Deleted rows stay readable in free pages otherwise. Not for every deletion: volumes would be written twice.
    connection.pragma('secure_delete = ON')
    try {
      this.#file.write(null, () => {
        const statement = connection.prepare('DELETE FROM scans WHERE id = ?')
        for (const id of ids) statement.run(id)
        connection.prepare("UPDATE jobs SET request = '{}' WHERE kind = 'scan' AND state = 'done'").run()
      })
    } finally {
      connection.pragma('secure_delete = FAST')
    }
  }
}
