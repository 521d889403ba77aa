import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { applicationId, connect } from './connection.ts'
import { syncFile, syncFolder } from './durable-file.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { writeState } from './state-file.ts'
import { noWritePoint, type Surroundings } from './surroundings.ts'

/**
 * Writes a new, empty project: made whole under another name, then linked to its own, so that it is there complete or not at all
 * and no existing file is ever written over.
 *
 * errors  project.exists, project.unwritable
 */
export function createProjectFile(file: string, name: string, surroundings: Surroundings): void {
  const point = surroundings.onWritePoint ?? noWritePoint
  if (existsSync(file)) throw exists(file)
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${surroundings.newId('new')}`)
  try {
    writeFileSync(temporary, '', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
    throw new SaliscopeError(
      'project.unwritable',
      `A project cannot be written into the folder “${path.basename(path.dirname(file))}” (${reason}). Choose another folder.`,
    )
  }
  try {
    const id = fill(temporary, name, surroundings)
    syncFile(temporary)
    point('create-link')
    moveWithoutOverwriting(temporary, file)
    syncFolder(path.dirname(file))
    point('create-state')
    writeState(file, { projectId: id, changeCounter: 0, clean: true })
  } finally {
    rmSync(temporary, { force: true })
  }
}

function fill(temporary: string, name: string, surroundings: Surroundings): string {
  const connection = connect(temporary, { readonly: false })
  try {
    connection.pragma('page_size = 8192')
    connection.pragma(`application_id = ${applicationId}`)
    migrate(connection, migrations, surroundings.onWritePoint ?? noWritePoint)
    const id = surroundings.newId('project')
    connection
      .prepare(
        `INSERT INTO project (one, id, name, created_at, made_by, pseudonym_secret, change_counter, clean, last_backup_at)
         VALUES (1, ?, ?, ?, ?, ?, 0, 1, NULL)`,
      )
      .run(id, name, surroundings.clock().toISOString(), `Saliscope ${surroundings.programVersion}`, randomBytes(32))
    return id
  } finally {
    connection.close()
  }
}

function moveWithoutOverwriting(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') throw exists(to)
    // File systems without hard links (FAT, some shares): the remaining gap is one system call wide.
    if (existsSync(to)) throw exists(to)
    renameSync(from, to)
  }
}

function exists(file: string): SaliscopeError {
  return new SaliscopeError(
    'project.exists',
    `“${path.basename(file)}” exists already and was not touched. Choose another name, or open it.`,
  )
}
