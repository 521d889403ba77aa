import { accessSync, constants, existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { backUpBeforeMigration } from './backup.ts'
import { type Connection, connect, scalar } from './connection.ts'
import { identify, newerProject, type ProjectFileHeader } from './identify.ts'
import { type LockOwner, takeLock } from './lock.ts'
import {
  assertOwnSchema,
  assertSound,
  changeCounterOf,
  isMarkedClean,
  migrate,
  newestVersion,
  versionOf,
} from './migrate.ts'
import { migrations } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { readOnlySource } from './private-copy.ts'
import { ProjectFile } from './project-file.ts'
import { readState, writeState } from './state-file.ts'
import { noWritePoint, type Surroundings } from './surroundings.ts'

export interface OpenOptions {
  /** Asks for reading only; otherwise writing is tried and the reason told when it is not possible. */
  readonly readOnly?: boolean
  /** Opens although recent work is known to be missing (C10: "open as it is"). */
  readonly acceptLoss?: boolean
  /** Takes over a lock that another computer left. */
  readonly takeOverLock?: boolean
  /** Steps to bring the file to; the program's own unless a test says otherwise. */
  readonly migrations?: readonly Migration[]
}

/**
 * Opens a project in this order: real path, header, lock, version, schema, change counter, checks, pragmas.
 * A project that may not be written (folder, second opener) opens for reading with the reason in `readOnlyReason`.
 *
 * errors  project.missing, .empty, .not-a-project, .newer, .damaged, .foreign-schema, .recent-work-missing, .migration, .backup
 */
export async function openProjectFile(
  given: string,
  options: OpenOptions,
  surroundings: Surroundings,
): Promise<ProjectFile> {
  const steps = options.migrations ?? migrations
  if (!existsSync(given)) {
    throw new SaliscopeError(
      'project.missing',
      `There is no file “${path.basename(given)}” at the place given. It may have been moved or renamed.`,
    )
  }
  const file = realpathSync(given)
  const header = identify(file, newestVersion(steps))
  if (options.readOnly === true)
    return openForReading(file, header, 'It was opened for reading on request.', steps, surroundings)
  const obstacle = whyUnwritable(file)
  if (obstacle !== null) return openForReading(file, header, obstacle, steps, surroundings)
  const lock = takeLock(`${file}.lock`, {
    since: surroundings.clock(),
    nonce: surroundings.newId('lock'),
    takeOver: options.takeOverLock === true,
  })
  if (!lock.held) return openForReading(file, header, describeOwner(lock.owner, lock.elsewhere), steps, surroundings)
  try {
    return await openForWriting(file, options, steps, surroundings, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}

function whyUnwritable(file: string): string | null {
  try {
    accessSync(file, constants.W_OK)
  } catch {
    return 'The file is write-protected.'
  }
  try {
    accessSync(path.dirname(file), constants.W_OK)
  } catch {
    return 'Its folder cannot be written.'
  }
  return null
}

function describeOwner(owner: LockOwner | null, elsewhere: boolean): string {
  if (owner === null) return 'Another program is opening it at this moment.'
  const since = owner.since.slice(0, 16).replace('T', ' ')
  if (elsewhere)
    return `It is open for writing on the computer “${owner.host}” (process ${owner.pid}, since ${since} UTC); take the lock over if nobody works there.`
  return `It is open for writing in another program (process ${owner.pid} on this computer, since ${since} UTC).`
}

async function openForWriting(
  file: string,
  options: OpenOptions,
  steps: readonly Migration[],
  surroundings: Surroundings,
  releaseLock: () => void,
): Promise<ProjectFile> {
  const name = path.basename(file)
  const point = surroundings.onWritePoint ?? noWritePoint
  // Looked at again under the lock: the last owner may have closed meanwhile.
  const header = identify(file, newestVersion(steps))
  const connection = openDatabase(file, name, false)
  try {
    const version = versionOf(connection)
    if (version > newestVersion(steps)) throw newerProject(name, version, newestVersion(steps))
    assertOwnSchema(connection, steps, name)
    const clean = isMarkedClean(connection)
    const id = scalar<string>(connection, 'SELECT id FROM project')
    if (options.acceptLoss !== true) assertNothingMissing(file, connection, header, clean, id)
    if (!clean || readState(file) === null) assertSound(connection, name)
    if (version < newestVersion(steps)) {
      await backUpBeforeMigration(file, connection, version, surroundings)
      migrate(connection, steps, point)
    }
    point('open-unclean')
    // While still in DELETE mode: a main file copied without its journal then says so itself.
    connection.exec('UPDATE project SET clean = 0')
    if (connection.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
      throw new SaliscopeError(
        'project.unwritable',
        `“${name}” lies on a file system that cannot hold its journal. Copy it to a local drive.`,
      )
    }
    connection.pragma('synchronous = FULL')
    point('open-state')
    writeState(file, { projectId: id, changeCounter: changeCounterOf(connection), clean: false })
    return new ProjectFile({
      path: file,
      connection,
      id,
      readOnlyReason: '',
      surroundings,
      releaseLock,
      dispose: () => {},
    })
  } catch (error) {
    connection.close()
    throw asDamage(error, name)
  }
}

/** Compares our two counters (R3): SQLite itself does not notice a lost or shortened journal. */
function assertNothingMissing(
  file: string,
  connection: Connection,
  header: ProjectFileHeader,
  clean: boolean,
  id: string,
): void {
  const name = path.basename(file)
  const found = changeCounterOf(connection)
  const state = readState(file)
  const choices = ['open-backup', 'open-as-it-is', 'save-copy']
  if (state !== null && state.projectId === id && state.changeCounter > found) {
    throw new SaliscopeError(
      'project.recent-work-missing',
      `Some recent work is missing from “${name}”: ${state.changeCounter} changes were saved and ${found} are found. Its journal file was lost or damaged. Open the last backup, open as it is, or save a copy.`,
      { expected: state.changeCounter, found, choices },
      'asked',
    )
  }
  if ((state === null || state.projectId !== id) && !clean && !header.hasWal) {
    throw new SaliscopeError(
      'project.recent-work-missing',
      `“${name}” was copied or moved while it was open and without its journal, so recent work may be missing. Open the last backup, open as it is, or save a copy.`,
      { expected: null, found, choices },
      'asked',
    )
  }
}

function openDatabase(source: string | Buffer, name: string, readonly: boolean): Connection {
  try {
    return connect(source, { readonly })
  } catch (error) {
    throw asDamage(error, name)
  }
}

/** SQLite's word for a damaged file as the project's error; it may come with any statement, not with the first alone. */
function asDamage(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB') return error
  return new SaliscopeError(
    'project.damaged',
    `“${name}” is damaged and cannot be read (${code}). It was not changed; open the newest backup.`,
  )
}

function openForReading(
  file: string,
  header: ProjectFileHeader,
  reason: string,
  steps: readonly Migration[],
  surroundings: Surroundings,
): ProjectFile {
  const name = path.basename(file)
  const { connection, dispose } = connectForReading(file, header, name, surroundings)
  try {
    const version = versionOf(connection)
    if (version > newestVersion(steps)) throw newerProject(name, version, newestVersion(steps))
    if (version < newestVersion(steps)) {
      throw new SaliscopeError(
        'project.read-only',
        `“${name}” is in the older format ${version} and must be brought to format ${newestVersion(steps)} first, but it cannot be written: ${reason} Copy it to a folder that can be written.`,
      )
    }
    assertOwnSchema(connection, steps, name)
    if (!isMarkedClean(connection)) assertSound(connection, name)
    const id = scalar<string>(connection, 'SELECT id FROM project')
    return new ProjectFile({
      path: file,
      connection,
      id,
      readOnlyReason: reason,
      surroundings,
      releaseLock: () => {},
      dispose,
    })
  } catch (error) {
    connection.close()
    dispose()
    throw asDamage(error, name)
  }
}

/** A file in DELETE mode, or one whose journal its living owner keeps, is read in place; a WAL-mode file in a folder that cannot be written is not. */
function connectForReading(
  file: string,
  header: ProjectFileHeader,
  name: string,
  surroundings: Surroundings,
): { connection: Connection; dispose: () => void } {
  const inPlace =
    header.journal === 'delete' || (header.hasWal && existsSync(`${file}-shm`) && whyUnwritable(file) === null)
  if (inPlace) return { connection: openDatabase(file, name, true), dispose: () => {} }
  const copy = readOnlySource(file, {
    hasWal: header.hasWal,
    bytes: header.bytes,
    privateFolder: surroundings.privateFolder,
  })
  try {
    return { connection: openDatabase(copy.source, name, typeof copy.source !== 'string'), dispose: copy.dispose }
  } catch (error) {
    copy.dispose()
    throw error
  }
}
