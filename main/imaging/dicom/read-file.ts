import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { SaliscopeError } from '../../shared/errors.ts'
import type { SourceBytes } from '../files/source.ts'
import { type OpenedDicom, openDicom } from './open.ts'
import { NeedsMoreBytes } from './structure.ts'

/** Enough for the header of nearly every classic file; longer ones are read on. */
const firstBytes = 128 * 1024
/** A file larger than this is never taken into memory whole. */
const wholeLimit = 2 ** 31

/** Opens the header, reading no more of the file than it needs. */
export async function openHeader(source: SourceBytes): Promise<OpenedDicom> {
  let length = firstBytes
  for (;;) {
    const bytes = await source.read(0, Math.min(length, source.size))
    try {
      return openDicom(bytes, source.name, source.size)
    } catch (error) {
      if (!(error instanceof NeedsMoreBytes)) throw error
      if (bytes.length >= source.size) throw cutOff(source.name)
      length = Math.min(length * 16, source.size)
      if (length > wholeLimit) throw tooLarge(source)
    }
  }
}

/** Opens the whole file, with its SHA-256 as it lies on the disk. Gzip-wrapped files are unpacked first. */
export async function openWhole(source: SourceBytes): Promise<{ opened: OpenedDicom; sha256: string }> {
  if (source.size > wholeLimit) throw tooLarge(source)
  const bytes = await source.read(0, source.size)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  try {
    return { opened: openDicom(bytes, source.name), sha256 }
  } catch (error) {
    throw error instanceof NeedsMoreBytes ? cutOff(source.name) : error
  }
}

/** Unpacks a gzip-wrapped DICOM file; a fixed bound, because a DICOM header does not state the file's size. */
export function unwrapGzip(bytes: Buffer, name: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: wholeLimit - 1 })
  } catch (error) {
    if (error instanceof RangeError)
      throw new SaliscopeError('D23', `${name} inflates beyond the limit and was left out.`, {}, 'limit')
    throw new SaliscopeError(
      'N14',
      `${name} is a damaged gzip file (${error instanceof Error ? error.message : 'unreadable'}). Copy it again.`,
    )
  }
}

function cutOff(name: string): SaliscopeError {
  return new SaliscopeError('D5', `${name} is cut off inside its header. The file was left out; copy it again.`)
}

function tooLarge(source: SourceBytes): SaliscopeError {
  return new SaliscopeError(
    'imaging.too-large',
    `${source.name} has ${source.size} bytes, more than the ${wholeLimit} that can be read as one file.`,
    {},
    'limit',
  )
}
