import { constants, gunzipSync } from 'node:zlib'
import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { SourceBytes } from '../files/source.ts'
import { type NiftiHeader, readNiftiHeader } from './header.ts'

const headBytes = 8192

export interface NiftiParts {
  readonly header: NiftiHeader
  /** Bytes of the first volume, or of the chosen one. */
  data(volume: number): Promise<Buffer>
  readonly findings: Finding[]
}

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** The first bytes of a gzip stream, unpacked; at most a few megabytes whatever the stream holds. */
export function gunzipHead(head: Buffer): Buffer {
  try {
    return gunzipSync(head.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}

/**
 * Opens a .nii or .nii.gz file: header first, then the data of one volume, never more bytes than the header declares.
 *
 * errors  N2 shorter than declared, N14 damaged gzip, those of the header
 */
export async function openNifti(source: SourceBytes, image: SourceBytes | null): Promise<NiftiParts> {
  const first = await source.read(0, Math.min(headBytes, source.size))
  const findings: Finding[] = []
  if (isGzip(first)) return openPacked(source, first, image, findings)
  if (/\.gz$/i.test(source.name)) throw damaged(source.name, 'it is named as a gzip file and is none')
  const header = readNiftiHeader(first, source.name, source.size)
  if (header.single) {
    findings.push({
      code: 'N4',
      outcome: 'warned',
      message: `${source.name} says its image lies in another file, but it is here; it was read.`,
    })
  }
  const from = image ?? source
  const imageHead = image ? await image.read(0, Math.min(2, image.size)) : first
  if (image && isGzip(imageHead))
    return { header, findings, data: (volume) => unpackedVolume(image, header, volume, findings) }
  checkLength(header, source.name, from.size)
  return {
    header,
    findings,
    data: (volume) => from.read(header.dataOffset + volume * header.volumeBytes, header.volumeBytes),
  }
}

async function openPacked(
  source: SourceBytes,
  first: Buffer,
  image: SourceBytes | null,
  findings: Finding[],
): Promise<NiftiParts> {
  const head = gunzipHead(first)
  if (isGzip(head)) throw damaged(source.name, 'it is packed twice')
  // A head that unpacks to nothing is damaged, or shorter than a header; the whole stream says which.
  const enough = head.length >= 352 || source.size > headBytes
  const bytes = enough ? head : gunzipWhole(await source.read(0, source.size), source.name, 1 << 20, findings)
  // How long the image is shows when it is unpacked; half of a pair holds no image, whatever its length.
  const header = readNiftiHeader(bytes, source.name, image ? bytes.length : Number.MAX_SAFE_INTEGER)
  return { header, findings, data: (volume) => unpackedVolume(image ?? source, header, volume, findings) }
}

async function unpackedVolume(
  source: SourceBytes,
  header: NiftiHeader,
  volume: number,
  findings: Finding[],
): Promise<Buffer> {
  const declared = header.dataOffset + header.volumeBytes * header.volumes
  const raw = await source.read(0, source.size)
  const bytes = isGzip(raw) ? gunzipWhole(raw, source.name, declared, findings) : raw
  checkLength(header, source.name, bytes.length)
  const start = header.dataOffset + volume * header.volumeBytes
  return bytes.subarray(start, start + header.volumeBytes)
}

function checkLength(header: NiftiHeader, name: string, present: number): void {
  const needed = header.dataOffset + header.volumeBytes * header.volumes
  if (present < needed) {
    throw new SaliscopeError(
      'N2',
      `${name} cannot be read: its header asks for ${needed} bytes, but ${present} are there. The file was left out; copy it again.`,
    )
  }
}

/** Unpacks to at most `declared` bytes and checks checksum, length and what follows the stream. */
function gunzipWhole(raw: Buffer, name: string, declared: number, findings: Finding[]): Buffer {
  const slack = 1 << 16
  try {
    const { buffer, engine } = gunzipSync(raw, { maxOutputLength: declared + slack, info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    if (engine.bytesWritten < raw.length)
      throw damaged(name, `${raw.length - engine.bytesWritten} bytes follow the end of its gzip stream`)
    if (buffer.length > declared) findings.push(longer(name))
    return buffer
  } catch (error) {
    if (error instanceof SaliscopeError) throw error
    if (error instanceof RangeError) {
      findings.push(longer(name))
      return firstBytes(raw, declared, name)
    }
    throw damaged(name, reasonOf(error))
  }
}

/** Stops as soon as enough has come out. */
function firstBytes(raw: Buffer, declared: number, name: string): Buffer {
  const parts: Buffer[] = []
  let have = 0
  // Feeding the stream in small pieces bounds what one call can produce (about a thousand times the piece).
  for (let size = 1 << 12; have < declared && size < raw.length * 2; size *= 2) {
    const out = gunzipSync(raw.subarray(0, Math.min(size, raw.length)), { finishFlush: constants.Z_SYNC_FLUSH })
    parts.length = 0
    parts.push(out)
    have = out.length
  }
  if (have < declared) throw damaged(name, 'it ends early')
  return parts[0].subarray(0, declared)
}

function longer(name: string): Finding {
  return {
    code: 'N15',
    outcome: 'warned',
    message: `${name} holds more data than its header declares; the rest was ignored.`,
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : ''
  if (code === 'Z_BUF_ERROR') return 'its gzip stream is cut off'
  if (message.includes('data check')) return 'the checksum of its gzip stream is wrong'
  if (message.includes('length check')) return 'the length its gzip stream states is wrong'
  if (message.includes('incorrect header')) return 'it is not a gzip stream, or something follows it that is not'
  return 'its gzip stream is damaged'
}

function damaged(name: string, why: string): SaliscopeError {
  return new SaliscopeError('N14', `${name} cannot be read: ${why}. The file was left out; copy it again.`)
}
