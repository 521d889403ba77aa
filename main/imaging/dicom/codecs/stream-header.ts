import { BadFrame, type FrameShape } from './codec.ts'

/** What a compressed stream says about itself. */
export interface StreamHeader {
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
  /** JPEG 2000 only. */
  readonly signed: boolean | null
  /** JPEG: 0 baseline, 1 extended, 2 progressive, 3 lossless, 55 JPEG-LS; −1 for JPEG 2000. */
  readonly process: number
  /** Adobe's APP14: 0 RGB, 1 YCbCr; null when absent. */
  readonly adobeTransform: number | null
  /** Horizontal and vertical sampling factors of each component. */
  readonly sampling: readonly (readonly [number, number])[]
  /** Component identifiers; 'R','G','B' mean no colour transform. */
  readonly ids: readonly number[]
}

/**
 * Reads the frame header of a JPEG, JPEG-LS or JPEG 2000 stream without decoding, so that a decoder is never started on a size
 * the DICOM header does not state.
 *
 * source  ITU-T T.81 B.2, T.87 C.2, T.800 A.5
 */
export function readStreamHeader(bytes: Buffer): StreamHeader {
  if (bytes.length < 4) throw new BadFrame('the compressed picture is empty')
  if (bytes[0] === 0xff && bytes[1] === 0x4f) return readSiz(bytes, 2)
  if (bytes.toString('latin1', 4, 8) === 'jP  ') return readBoxed(bytes)
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8)
    throw new BadFrame('the compressed picture does not begin as its syntax says')
  return readMarkers(bytes)
}

function readMarkers(bytes: Buffer): StreamHeader {
  let at = 2
  let adobeTransform: number | null = null
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new BadFrame('the compressed picture has a broken header')
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at++
      continue
    }
    const length = bytes.readUInt16BE(at + 2)
    if (length < 2 || at + 2 + length > bytes.length)
      throw new BadFrame('the compressed picture ends inside its header')
    if (marker === 0xee && length >= 14 && bytes.toString('latin1', at + 4, at + 9) === 'Adobe')
      adobeTransform = bytes[at + 15]
    if (isStartOfFrame(marker)) return startOfFrame(bytes, at, length, marker, adobeTransform)
    if (marker === 0xda || marker === 0xd9) break
    at += 2 + length
  }
  throw new BadFrame('the compressed picture has no frame header')
}

function isStartOfFrame(marker: number): boolean {
  return marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
}

function startOfFrame(
  bytes: Buffer,
  at: number,
  length: number,
  marker: number,
  adobeTransform: number | null,
): StreamHeader {
  if (length < 8) throw new BadFrame('the compressed picture has a broken frame header')
  const components = bytes[at + 9]
  if (length < 8 + 3 * components) throw new BadFrame('the compressed picture has a broken frame header')
  const parts = Array.from({ length: components }, (_, n) => at + 10 + 3 * n)
  return {
    width: bytes.readUInt16BE(at + 7),
    height: bytes.readUInt16BE(at + 5),
    components,
    precision: bytes[at + 4],
    signed: null,
    process: marker === 0xf7 ? 55 : marker - 0xc0,
    adobeTransform,
    sampling: parts.map((p) => [bytes[p + 1] >> 4, bytes[p + 1] & 15] as const),
    ids: parts.map((p) => bytes[p]),
  }
}

/** JP2 boxes around the codestream: not allowed in DICOM, but seen. */
function readBoxed(bytes: Buffer): StreamHeader {
  const at = bytes.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]))
  if (at < 0) throw new BadFrame('the JPEG 2000 file holds no codestream')
  return readSiz(bytes, at + 2)
}

function readSiz(bytes: Buffer, at: number): StreamHeader {
  if (at + 42 > bytes.length || bytes.readUInt16BE(at) !== 0xff51)
    throw new BadFrame('the JPEG 2000 stream has no size header')
  const u32 = (offset: number): number => bytes.readUInt32BE(at + offset)
  const components = bytes.readUInt16BE(at + 38)
  if (components < 1 || at + 40 + 3 * components > bytes.length)
    throw new BadFrame('the JPEG 2000 stream states no components')
  const parts = Array.from({ length: components }, (_, n) => at + 40 + 3 * n)
  return {
    width: u32(6) - u32(14),
    height: u32(10) - u32(18),
    components,
    precision: (bytes[parts[0]] & 0x7f) + 1,
    signed: (bytes[parts[0]] & 0x80) !== 0,
    process: -1,
    adobeTransform: null,
    sampling: parts.map((p) => [bytes[p + 1], bytes[p + 2]] as const),
    ids: [],
  }
}

/** Refuses a stream whose size is not the one the DICOM header states (D24). */
export function requireShape(header: StreamHeader, shape: FrameShape): void {
  const { width, height, components } = header
  if (width !== shape.columns || height !== shape.rows) {
    throw new BadFrame(
      `the compressed picture is ${width} × ${height}, the header says ${shape.columns} × ${shape.rows}`,
    )
  }
  if (components !== shape.samples) {
    throw new BadFrame(`the compressed picture has ${components} components, the header says ${shape.samples}`)
  }
  if (header.precision < 1 || header.precision > 16)
    throw new BadFrame(`the compressed picture has ${header.precision} bits per sample`)
}
