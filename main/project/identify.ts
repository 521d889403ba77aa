import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import path from 'node:path'
import { SaliscopeError } from '../shared/errors.ts'
import { applicationId } from './connection.ts'

export interface ProjectFileHeader {
  readonly bytes: number
  readonly device: number
  readonly inode: number
  /** Whether the file needs (or may have) a `-wal` beside it. */
  readonly journal: 'delete' | 'wal'
  readonly userVersion: number
  readonly hasWal: boolean
}

const magic = 'SQLite format 3\0'

function kindOf(head: Buffer): string {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, n) => head[n] === byte)
  if (starts(0xff, 0xd8, 0xff)) return 'a JPEG picture'
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'a PNG picture'
  if (starts(0x50, 0x4b)) return 'a ZIP archive'
  if (starts(0x25, 0x50, 0x44, 0x46)) return 'a PDF document'
  if (head.subarray(128, 132).toString('latin1') === 'DICM') return 'a DICOM file'
  return 'no SQLite database'
}

/**
 * Looks at the first 100 bytes only, before SQLite may touch the file: size, magic, application id, version.
 *
 * errors  project.missing, project.empty, project.not-a-project, project.newer; the file is never changed
 */
export function identify(file: string, newestVersion: number): ProjectFileHeader {
  const name = path.basename(file)
  if (!existsSync(file))
    throw new SaliscopeError(
      'project.missing',
      `There is no file “${name}” at the place given. It may have been moved or renamed.`,
    )
  const handle = openSync(file, 'r')
  try {
    const status = fstatSync(handle)
    if (!status.isFile())
      throw new SaliscopeError('project.not-a-project', `“${name}” is not a regular file, so it cannot be a project.`)
    if (status.size === 0) {
      throw new SaliscopeError(
        'project.empty',
        `“${name}” holds no bytes. It was left as it is; restore it from a backup or create a project under another name.`,
      )
    }
    const head = Buffer.alloc(132)
    readSync(handle, head, 0, 132, 0)
    if (status.size < 512 || head.subarray(0, 16).toString('latin1') !== magic) {
      throw new SaliscopeError(
        'project.not-a-project',
        `“${name}” is ${kindOf(head)} and no Saliscope project. It was left unchanged.`,
      )
    }
    if (head.readUInt32BE(68) !== applicationId) {
      throw new SaliscopeError(
        'project.not-a-project',
        `“${name}” is a database of another program and no Saliscope project. It was left unchanged.`,
      )
    }
    const userVersion = head.readUInt32BE(60)
    if (userVersion > newestVersion) throw newerProject(name, userVersion, newestVersion)
    const wal = `${file}-wal`
    return {
      bytes: status.size,
      device: status.dev,
      inode: status.ino,
      journal: head[18] === 2 ? 'wal' : 'delete',
      userVersion,
      hasWal: existsSync(wal),
    }
  } finally {
    closeSync(handle)
  }
}

export function newerProject(name: string, found: number, newest: number): SaliscopeError {
  return new SaliscopeError(
    'project.newer',
    `“${name}” was written by a newer version of the program (project format ${found}; this version knows up to ${newest}). It was left unchanged; open it with the newer version.`,
    { found, newest },
  )
}
