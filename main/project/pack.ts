import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** A part of an object as it is stored. */
export interface PackedChunk {
  readonly firstByte: number
  readonly rawBytes: number
  readonly sha256: string
  readonly packed: Uint8Array
}

/** An object ready to be inserted inside a transaction: the slow part is done before the transaction begins. */
export interface PackedObject {
  readonly sha256: string
  readonly bytes: number
  readonly chunks: readonly PackedChunk[]
}

/** Raw size a chunk aims at, below 32 MB so that one damaged chunk costs little. */
export const chunkBytes = 8 * 2 ** 20

/** Bytes per chunk holding whole units (slices, rows): as many as fit into `chunkBytes`, at least one. */
export function slabBytes(unitBytes: number): number {
  return Math.max(1, Math.floor(chunkBytes / unitBytes)) * unitBytes
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** SHA-256 on the thread pool, so that the event loop stays free. */
async function sha256Aside(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}

/** A view of the same memory typed for WebCrypto; shared memory is copied. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)

export const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

export async function packBytes(bytes: Uint8Array): Promise<Uint8Array> {
  return compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
}

/**
 * Cuts bytes into chunks of whole units, hashes and compresses each on the thread pool.
 *
 * bytes      little-endian voxels or any file
 * unitBytes  size of one slice (1 for files); a chunk never cuts one
 */
export async function packObject(bytes: Uint8Array, unitBytes: number): Promise<PackedObject> {
  const step = slabBytes(unitBytes)
  const whole = createHash('sha256')
  const chunks: PackedChunk[] = []
  for (let first = 0; first < bytes.byteLength; first += step) {
    const raw = plain(bytes.subarray(first, Math.min(first + step, bytes.byteLength)))
    const [sha256, packed] = await Promise.all([sha256Aside(raw), packBytes(raw)])
    whole.update(raw)
    chunks.push({ firstByte: first, rawBytes: raw.byteLength, sha256, packed })
  }
  return { sha256: whole.digest('hex'), bytes: bytes.byteLength, chunks }
}

/** Inflates to the declared size and no further; null when the bytes or their checksum are not those that were stored. */
export async function unpackChunk(packed: Uint8Array, rawBytes: number, sha256: string): Promise<Uint8Array | null> {
  let raw: Uint8Array
  try {
    raw = await decompress(packed, { maxOutputLength: Math.max(1, rawBytes) })
  } catch {
    // What zstd finds wrong and what the checksum finds wrong have one meaning for the caller: damaged.
    return null
  }
  if (raw.byteLength !== rawBytes || (await sha256Aside(plain(raw))) !== sha256) return null
  return raw
}
