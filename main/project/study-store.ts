import type { z } from 'zod'
import { type Series, type Study, seriesSchema, studySchema } from '../shared/domain/study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { ObjectStore } from './objects.ts'
import type { ProjectFile } from './project-file.ts'
import { checked, fromJson, notFound, toJson } from './rows.ts'

/** A study as stored: `key` is its identity at import, kept out of the domain type. */
export type NewStudy = Study & { readonly key: string }
export type NewSeries = Series & { readonly key: string }

interface StudyRow {
  id: string
  code: string
  patient_code: string
  date: string | null
  description: string
  cohort: string
  split: string
  added_at: string
}

interface SeriesRow {
  id: string
  study_id: string
  number: number | null
  modality: string
  description: string
  source: string
  file_count: number
  findings: string
}

const toStudy = (row: StudyRow): Study =>
  checked(
    studySchema,
    {
      id: row.id,
      code: row.code,
      patientCode: row.patient_code,
      date: row.date,
      description: row.description,
      group: row.cohort,
      split: row.split,
      addedAt: row.added_at,
    },
    'study',
  )

const findingsSchema: z.ZodType<Series['findings']> = seriesSchema.shape.findings

const toSeries = (row: SeriesRow): Series =>
  checked(
    seriesSchema,
    {
      id: row.id,
      studyId: row.study_id,
      number: row.number,
      modality: row.modality,
      description: row.description,
      source: row.source,
      fileCount: row.file_count,
      findings: fromJson(findingsSchema, row.findings, 'series'),
    },
    'series',
  )

/** Studies and their series. Methods named `insert…` run inside a write of the caller; the others are whole writes. */
export class StudyStore {
  readonly #file: ProjectFile
  readonly #objects: ObjectStore

  constructor(file: ProjectFile, objects: ObjectStore) {
    this.#file = file
    this.#objects = objects
  }

  list(): Study[] {
    return (this.#file.connection.prepare('SELECT * FROM studies ORDER BY rowid').all() as StudyRow[]).map(toStudy)
  }

  get(id: string): Study {
    const row = this.#file.connection.prepare('SELECT * FROM studies WHERE id = ?').get(id) as StudyRow | undefined
    if (row === undefined) throw notFound('study', id)
    return toStudy(row)
  }

  byKey(key: string): Study | null {
    const row = this.#file.connection.prepare('SELECT * FROM studies WHERE key = ?').get(key) as StudyRow | undefined
    return row === undefined ? null : toStudy(row)
  }

  /** The pseudonym, or with -2, -3 … where another study of the patient has it already. */
  freeCode(wanted: string): string {
    const taken = this.#file.connection.prepare('SELECT 1 FROM studies WHERE code = ?').pluck()
    for (let n = 1; ; n++) {
      const code = n === 1 ? wanted : `${wanted}-${n}`
      if (taken.get(code) === undefined) return code
    }
  }

  insert(study: NewStudy): void {
    const { key, ...plain } = study
    const s = checked(studySchema, plain, 'study')
    this.#file.connection
      .prepare(
        'INSERT INTO studies (id, key, code, patient_code, date, description, cohort, split, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(s.id, key, s.code, s.patientCode, s.date, s.description, s.group, s.split, s.addedAt)
  }

  insertSeries(series: NewSeries): void {
    const { key, ...plain } = series
    const s = checked(seriesSchema, plain, 'series')
    this.#file.connection
      .prepare(
        'INSERT INTO series (id, study_id, key, number, modality, description, source, file_count, findings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        s.id,
        s.studyId,
        key,
        s.number,
        s.modality,
        s.description,
        s.source,
        s.fileCount,
        toJson(findingsSchema, s.findings, 'findings'),
      )
  }

  seriesOf(studyId: string): Series[] {
    return (
      this.#file.connection
        .prepare('SELECT * FROM series WHERE study_id = ? ORDER BY rowid')
        .all(studyId) as SeriesRow[]
    ).map(toSeries)
  }

  /** Identities of all series here, for "already here". */
  seriesKeys(): Set<string> {
    return new Set(this.#file.connection.prepare('SELECT key FROM series').pluck().all() as string[])
  }

  update(id: string, change: Partial<Pick<Study, 'code' | 'group' | 'split'>>, actor: string): Study {
    const next = checked(studySchema, { ...this.get(id), ...change }, 'study')
    this.#file.write({ actor, action: 'study.update', subject: id, detail: { ...change } }, () => {
      const other = this.#file.connection
        .prepare('SELECT 1 FROM studies WHERE code = ? AND id <> ?')
        .pluck()
        .get(next.code, id)
      if (other !== undefined)
        throw new SaliscopeError(
          'project.duplicate',
          `Another case has the code “${next.code}” already. Nothing was changed; choose another code.`,
        )
      this.#file.connection
        .prepare('UPDATE studies SET code = ?, cohort = ?, split = ? WHERE id = ?')
        .run(next.code, next.group, next.split, id)
    })
    return next
  }

  /** With everything made from it: series, volumes, masks, maps, measurements. */
  remove(id: string, actor: string): void {
    this.get(id)
    const files = this.#file.write({ actor, action: 'study.delete', subject: id }, () => {
      this.#file.connection.prepare('DELETE FROM studies WHERE id = ?').run(id)
      return this.#objects.sweep()
    })
    this.#objects.removeFiles(files)
  }
}
