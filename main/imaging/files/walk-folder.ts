import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Run } from '../../shared/run.ts'

export interface WalkLimits {
  readonly files: number
  readonly depth: number
}

export const walkLimits: WalkLimits = { files: 1_000_000, depth: 64 }

export interface FoundFile {
  readonly path: string
  readonly size: number
}

export interface Walk {
  readonly files: readonly FoundFile[]
  readonly skipped: readonly {
    readonly path: string
    readonly code: 'Z6' | 'imaging.unreadable'
    readonly reason: string
  }[]
}

/**
 * Every regular file under the roots, in order of path. Symbolic links, devices and pipes are listed as skipped and never followed; hidden
 * files of the system (.DS_Store, Thumbs.db, desktop.ini) are passed over.
 *
 * errors  Z6 more files or deeper folders than the limits allow · cancelled
 */
export async function walkRoots(roots: readonly string[], run: Run, limits: WalkLimits = walkLimits): Promise<Walk> {
  const files: FoundFile[] = []
  const skipped: { path: string; code: 'Z6' | 'imaging.unreadable'; reason: string }[] = []
  const pending = roots.map((root) => ({ path: path.resolve(root), depth: 0 })).reverse()
  while (pending.length > 0) {
    run.signal.throwIfAborted()
    const item = pending.pop() as { path: string; depth: number }
    const kind = await kindOf(item.path)
    if (kind === 'folder') {
      if (item.depth >= limits.depth) throw limit(item.path, `folders are nested deeper than ${limits.depth}`)
      const names = await list(item.path)
      if (!names) skipped.push({ path: item.path, code: 'imaging.unreadable', reason: 'The folder cannot be opened' })
      for (const name of (names ?? []).reverse())
        pending.push({ path: path.join(item.path, name), depth: item.depth + 1 })
    } else if (typeof kind === 'number') {
      files.push({ path: item.path, size: kind })
      if (files.length > limits.files) throw limit(item.path, `there are more than ${limits.files} files`)
      if (files.length % 200 === 0) run.progress(files.length, 0, 'Looking for files')
    } else skipped.push({ path: item.path, code: kind === 'gone' ? 'imaging.unreadable' : 'Z6', reason: reasons[kind] })
  }
  return { files, skipped }
}

const reasons = {
  link: 'A symbolic link is not followed',
  special: 'Not a regular file',
  gone: 'The file is not there or may not be read',
} as const

async function kindOf(item: string): Promise<'folder' | 'link' | 'special' | 'gone' | number> {
  try {
    const stat = await lstat(item)
    if (stat.isSymbolicLink()) return 'link'
    if (stat.isDirectory()) return 'folder'
    return stat.isFile() ? stat.size : 'special'
  } catch {
    return 'gone'
  }
}

async function list(folder: string): Promise<string[] | null> {
  try {
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true })
    return entries
      .map((entry) => entry.name)
      .filter((name) => !['.DS_Store', 'Thumbs.db', 'desktop.ini', '__MACOSX'].includes(name))
      .sort((a, b) => (a < b ? -1 : 1))
  } catch {
    return null
  }
}

function limit(item: string, why: string): SaliscopeError {
  return new SaliscopeError(
    'Z6',
    `The scan stopped at ${path.basename(item)}: ${why}. Choose a smaller folder.`,
    {},
    'limit',
  )
}
