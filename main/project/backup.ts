import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { type Connection, connect } from './connection.ts'
import { syncFile, syncFolder } from './durable-file.ts'
import { assertSound, changeCounterOf } from './migrate.ts'
import type { ProjectFile } from './project-file.ts'
import { noWritePoint, type Surroundings } from './surroundings.ts'

/** Rotating backups kept beside the project; those made before a migration are kept besides. */
const kept = 5

export const backupFolderOf = (project: string): string => `${project}.backups`

const stampOf = (now: Date): string => now.toISOString().replace(/[:.]/g, '-').replace('T', ' ').slice(0, 23)

/**
 * A consistent copy by SQLite's backup API, checked and set to one closed file before it gets its name. Blocks that lie in the side
 * folder are hard-linked beside the copy, so a backup costs no space for them.
 *
 * errors  project.backup: the copy did not pass its check; project.full
 */
async function writeBackup(
  project: string,
  connection: Connection,
  target: string,
  surroundings: Surroundings,
): Promise<void> {
  const point = surroundings.onWritePoint ?? noWritePoint
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
  const temporary = `${target}.tmp`
  rmSync(temporary, { force: true })
  try {
    point('backup-copy')
    await connection.backup(temporary)
    const expected = changeCounterOf(connection)
    settle(temporary, expected)
    linkSideFolder(`${project}.chunks`, `${target}.chunks`)
    syncFile(temporary)
    point('backup-rename')
    renameSync(temporary, target)
    syncFolder(path.dirname(target))
  } catch (error) {
    rmSync(temporary, { force: true })
    if (error instanceof SaliscopeError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new SaliscopeError(
      'project.backup',
      `The backup “${path.basename(target)}” could not be written (${reason}). The project itself is unharmed.`,
    )
  }
}

/** The copy carries WAL mode and an unset clean flag over; it is made a closed project and looked through. */
function settle(file: string, atLeast: number): void {
  const copy = connect(file, { readonly: false })
  try {
    copy.pragma('journal_mode = DELETE')
    copy.exec('UPDATE project SET clean = 1')
    assertSound(copy, path.basename(file))
    if (changeCounterOf(copy) > atLeast) throw new Error('the copy is newer than the project')
  } finally {
    copy.close()
  }
}

function linkSideFolder(from: string, to: string): void {
  if (!existsSync(from)) return
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(from)) {
    if (existsSync(path.join(to, name))) continue
    try {
      linkSync(path.join(from, name), path.join(to, name))
    } catch {
      copyFileSync(path.join(from, name), path.join(to, name))
    }
  }
}

/** Backups of a project, newest first; those made before a migration are named so. */
export function listBackups(project: string): string[] {
  const folder = backupFolderOf(project)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.saliscope'))
    .sort()
    .reverse()
    .map((name) => path.join(folder, name))
}

/** Writes a rotating backup and removes those beyond the fifth. Answers its path. */
export async function backUp(file: ProjectFile): Promise<string> {
  const now = file.surroundings.clock()
  const target = path.join(backupFolderOf(file.path), `${stampOf(now)}.saliscope`)
  await writeBackup(file.path, file.connection, target, file.surroundings)
  const rotating = listBackups(file.path).filter((name) => !path.basename(name).includes('before'))
  for (const old of rotating.slice(kept)) {
    rmSync(old, { force: true })
    rmSync(`${old}.chunks`, { recursive: true, force: true })
  }
  file.write({ actor: 'program', action: 'backup', subject: path.basename(target) }, () =>
    file.connection.prepare('UPDATE project SET last_backup_at = ?').run(now.toISOString()),
  )
  return target
}

export async function backUpBeforeMigration(
  project: string,
  connection: Connection,
  version: number,
  surroundings: Surroundings,
): Promise<string> {
  const target = path.join(
    backupFolderOf(project),
    `${stampOf(surroundings.clock())} before format ${version + 1}.saliscope`,
  )
  await writeBackup(project, connection, target, surroundings)
  return target
}
