import { constants, existsSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { SaliscopeError } from '../../shared/errors.ts'
import { isZipEntryPath, readZipEntry, splitZipEntryPath } from './zip.ts'

/** Bytes of one file, or of one entry of an archive; read in parts, opened and closed for each. */
export interface SourceBytes {
  /** Path, for entries of archives `archive.zip!/entry`. */
  readonly path: string
  /** Last part of the path, for sentences. */
  readonly name: string
  readonly size: number
  read(start: number, length: number): Promise<Buffer>
}

/**
 * Opens a regular file for reading. The opened handle is checked again, so that nothing can be swapped in between; links are not followed.
 *
 * errors  imaging.unreadable  not a regular file, gone, or not allowed
 */
export async function openSource(filePath: string): Promise<SourceBytes> {
  if (isZipEntryPath(filePath) && !existsSync(filePath))
    return inMemory(filePath, await readZipEntry(splitZipEntryPath(filePath)))
  const name = path.basename(filePath)
  const size = await withHandle(filePath, async (handle) => (await handle.stat()).size)
  return {
    path: filePath,
    name,
    size,
    read: (start, length) => withHandle(filePath, (handle) => readPart(handle, start, length, name)),
  }
}

/** Bytes that are at hand already. */
export function inMemory(sourcePath: string, bytes: Buffer): SourceBytes {
  const name = sourcePath.split(/[/\\]/).at(-1) ?? sourcePath
  return {
    path: sourcePath,
    name,
    size: bytes.length,
    read: async (start, length) => bytes.subarray(start, start + length),
  }
}

async function readPart(handle: FileHandle, start: number, length: number, name: string): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(length - filled, 1 << 26), start + filled)
    if (bytesRead === 0)
      throw new SaliscopeError(
        'imaging.unreadable',
        `${name} became shorter while it was read. Try again when it is no longer written to.`,
      )
    filled += bytesRead
  }
  return bytes
}

async function withHandle<T>(filePath: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined
  try {
    handle = await open(filePath, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    if (!(await handle.stat()).isFile()) throw unreadable(filePath, 'it is not a regular file')
    return await use(handle)
  } catch (error) {
    if (error instanceof SaliscopeError) throw error
    throw unreadable(filePath, error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be opened')
  } finally {
    await handle?.close()
  }
}

function unreadable(filePath: string, why: string): SaliscopeError {
  return new SaliscopeError('imaging.unreadable', `${path.basename(filePath)} cannot be read (${why}).`)
}
