import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'

/** WAL-mode files up to this size are opened from memory in a read-only folder; larger ones are copied. */
const memoryLimitBytes = 2 ** 30
const prefix = 'read-only-'

/** Where SQLite is to open a project that must not or cannot be written, and how to clean up. */
export interface ReadOnlySource {
  readonly source: string | Buffer
  dispose(): void
}

/**
 * A WAL-mode file cannot be opened in a folder where no journal can be made. Without a `-wal` its bytes are
 * read into memory with the two header bytes set to DELETE mode; with one, or above 1 GB, both files are copied to the private folder.
 */
export function readOnlySource(
  file: string,
  options: { hasWal: boolean; bytes: number; privateFolder: string },
): ReadOnlySource {
  if (!options.hasWal && options.bytes <= memoryLimitBytes) {
    const bytes = readFileSync(file)
    bytes[18] = 1
    bytes[19] = 1
    return { source: bytes, dispose: () => {} }
  }
  mkdirSync(options.privateFolder, { recursive: true, mode: 0o700 })
  const folder = mkdtempSync(path.join(options.privateFolder, prefix))
  const copy = path.join(folder, 'project.saliscope')
  copyFileSync(file, copy, constants.COPYFILE_FICLONE)
  if (options.hasWal && existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`)
  return { source: copy, dispose: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Removes copies that an earlier, killed process left: they hold patient data. Call only while no other copy of the program runs on the folder. */
export function sweepPrivateCopies(privateFolder: string): void {
  if (!existsSync(privateFolder)) return
  for (const name of readdirSync(privateFolder)) {
    if (name.startsWith(prefix)) rmSync(path.join(privateFolder, name), { recursive: true, force: true })
  }
}
