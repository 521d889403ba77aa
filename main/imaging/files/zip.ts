import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import { SaliscopeError } from '../../shared/errors.ts'

/** Limits of archives. */
export interface ZipLimits {
  readonly entries: number
  readonly totalBytes: number
  readonly entryBytes: number
  /** Ratio that is refused, but only for entries larger than `ratioFrom`. */
  readonly ratio: number
  readonly ratioFrom: number
}

export const zipLimits: ZipLimits = {
  entries: 100_000,
  totalBytes: 64 * 2 ** 30,
  entryBytes: 2 ** 31 - 1,
  ratio: 200,
  ratioFrom: 2 ** 30,
}

export interface ZipEntry {
  readonly archive: string
  readonly name: string
  readonly method: number
  readonly compressed: number
  readonly size: number
  readonly crc: number
  readonly headerOffset: number
}

export interface ZipListing {
  readonly entries: readonly ZipEntry[]
  readonly refused: readonly { readonly name: string; readonly code: 'Z1' | 'Z2'; readonly reason: string }[]
}

const separator = '!/'

export function isZipEntryPath(text: string): boolean {
  return text.includes(separator)
}

export function zipEntryPath(entry: ZipEntry): string {
  return `${entry.archive}${separator}${entry.name}`
}

export function splitZipEntryPath(text: string): { archive: string; name: string } {
  const at = text.indexOf(separator)
  return { archive: text.slice(0, at), name: text.slice(at + separator.length) }
}

/**
 * Lists an archive from its central directory. Entries whose names would leave a folder, symbolic links and encrypted entries are refused
 * one by one (Z1); limits end the listing (Z2). Nothing is ever unpacked to the disk.
 */
export async function listZip(archive: string, limits: ZipLimits = zipLimits): Promise<ZipListing> {
  return withArchive(archive, async (handle, size) => {
    const end = await findEnd(handle, size, archive)
    const directory = await readAt(handle, end.offset, end.bytes, archive)
    return parseDirectory(directory, end.count, archive, limits)
  })
}

function parseDirectory(directory: Buffer, count: number, archive: string, limits: ZipLimits): ZipListing {
  const entries: ZipEntry[] = []
  const refused: { name: string; code: 'Z1' | 'Z2'; reason: string }[] = []
  if (count > limits.entries) throw limit(archive, `it has ${count} entries, more than ${limits.entries}`)
  let at = 0
  let total = 0
  for (let n = 0; n < count; n++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw broken(archive, 'its directory is damaged')
    const lengths = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)]
    const name = directory.toString('utf8', at + 46, at + 46 + lengths[0])
    const entry: ZipEntry = {
      archive,
      name,
      method: directory.readUInt16LE(at + 10),
      compressed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      crc: directory.readUInt32LE(at + 16),
      headerOffset: directory.readUInt32LE(at + 42),
    }
    const mode = directory.readUInt32LE(at + 38) >>> 16
    const encrypted = (directory.readUInt16LE(at + 8) & 1) !== 0
    at += 46 + lengths[0] + lengths[1] + lengths[2]
    if (name.endsWith('/')) continue
    const why = encrypted ? 'it is encrypted' : whyUnsafe(name, mode)
    const big = whyTooBig(entry, limits)
    total += entry.size
    if (why) refused.push({ name, code: 'Z1', reason: why })
    else if (big) refused.push({ name, code: 'Z2', reason: big })
    else entries.push(entry)
    if (total > limits.totalBytes) throw limit(archive, `it holds more than ${limits.totalBytes} bytes`)
  }
  return { entries, refused }
}

/** Null for a name that stays inside a folder. */
function whyUnsafe(name: string, mode: number): string | null {
  if ((mode & 0xf000) === 0xa000) return 'it is a symbolic link'
  if (name.startsWith('/') || name.startsWith('\\')) return 'its path is absolute'
  if (/^[a-z]:/i.test(name)) return 'its path names a drive'
  if (name.includes('\\')) return 'its path holds a backslash'
  if (name.split('/').includes('..')) return 'its path leads out of the folder'
  return name.includes('\0') || name.includes(separator) ? 'its name is not allowed' : null
}

function whyTooBig(entry: ZipEntry, limits: ZipLimits): string | null {
  if (entry.size > limits.entryBytes) return `it would unpack to ${entry.size} bytes`
  const ratio = entry.compressed > 0 ? entry.size / entry.compressed : 0
  return entry.size > limits.ratioFrom && ratio > limits.ratio ? `it would grow ${Math.round(ratio)} times` : null
}

/** Bytes of one entry; inflating stops at the size the directory states, and the checksum is compared. */
export async function readZipEntry(
  { archive, name }: { archive: string; name: string },
  limits: ZipLimits = zipLimits,
): Promise<Buffer> {
  const entry = (await listZip(archive, limits)).entries.find((e) => e.name === name)
  if (!entry) throw broken(archive, `it does not hold ${path.basename(name)}`)
  return inflateEntry(entry)
}

export async function inflateEntry(entry: ZipEntry): Promise<Buffer> {
  return withArchive(entry.archive, async (handle) => {
    const header = await readAt(handle, entry.headerOffset, 30, entry.archive)
    if (header.readUInt32LE(0) !== 0x04034b50) throw broken(entry.archive, 'an entry is not where its directory says')
    const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    const packed = await readAt(handle, start, entry.compressed, entry.archive)
    const bytes = unpack(entry, packed)
    if (bytes.length !== entry.size || crc32(bytes) >>> 0 !== entry.crc)
      throw broken(entry.archive, `${path.basename(entry.name)} in it is damaged`)
    return bytes
  })
}

function unpack(entry: ZipEntry, packed: Buffer): Buffer {
  if (entry.method === 0) return packed
  if (entry.method !== 8)
    throw broken(entry.archive, `${path.basename(entry.name)} in it is packed by a method that is not supported`)
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) })
  } catch {
    throw broken(entry.archive, `${path.basename(entry.name)} in it is damaged or larger than stated`)
  }
}

async function findEnd(
  handle: FileHandle,
  size: number,
  archive: string,
): Promise<{ count: number; bytes: number; offset: number }> {
  const length = Math.min(size, 65_557)
  const tail = await readAt(handle, size - length, length, archive)
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== 0x06054b50) continue
    const [count, bytes, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
    if (count === 0xffff || offset === 0xffffffff)
      throw broken(archive, 'ZIP64 archives are not supported; unpack it first')
    if (offset + bytes > size) throw broken(archive, 'its directory lies outside the file')
    return { count, bytes, offset }
  }
  throw broken(archive, 'it has no directory (it may be cut off)')
}

async function readAt(handle: FileHandle, start: number, length: number, archive: string): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, start)
  if (bytesRead < length) throw broken(archive, 'it is cut off')
  return bytes
}

async function withArchive<T>(archive: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  const handle = await open(archive, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw broken(archive, 'it is not a regular file')
    return await use(handle, stat.size)
  } finally {
    await handle.close()
  }
}

function broken(archive: string, why: string): SaliscopeError {
  return new SaliscopeError('Z1', `${path.basename(archive)} cannot be read: ${why}.`)
}

function limit(archive: string, why: string): SaliscopeError {
  return new SaliscopeError('Z2', `${path.basename(archive)} was left out: ${why}.`, {}, 'limit')
}
