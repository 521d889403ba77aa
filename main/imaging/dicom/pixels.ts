import { endianness } from 'node:os'
import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { BadFrame, type DecodedFrame } from './codecs/codec.ts'
import { decodeCompressed } from './codecs/decode.ts'
import { interleave, ybrFull422ToRgb, ybrFullToRgb } from './colour.ts'
import type { FrameBytes } from './frames.ts'
import type { ImageHeader } from './image-header.ts'
import type { OpenedDicom } from './open.ts'

export type StoredArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

if (endianness() !== 'LE') throw new Error('Saliscope runs on little-endian machines only.')

/**
 * Stored values of one frame, row after row, colour interleaved as RGB; before palette and rescale.
 *
 * Order: decode → mask to BitsStored and sign-extend → YBR to RGB → planar to interleaved.
 *
 * errors  D4 D5 D14 D24 a frame that is not what the header says
 */
export function decodeFrame(file: OpenedDicom, header: ImageHeader, source: FrameBytes): StoredArray {
  const { codec } = file.syntax
  if (codec === 'none') {
    throw new SaliscopeError(
      'imaging.transfer-syntax',
      `${file.name} cannot be shown: ${file.syntax.name} (${file.syntax.uid}) cannot be decoded. The file was left out; export it uncompressed or as JPEG 2000.`,
    )
  }
  if (codec === 'native') return nativeFrame(file, header, source)
  try {
    const frame = decodeCompressed(codec, source.bytes, header, header.photometric)
    note(file, header, frame)
    if (header.bitsAllocated === 1 && (codec === 'rle' || codec === 'deflated-frames')) {
      return unpackBits(frame.bytes, 0, header.rows * header.columns)
    }
    const samples = readSamples(
      Buffer.from(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength),
      frame.bytesPerSample,
      header,
    )
    return finishColour(samples, header, frame.interleaved, frame.colourConverted)
  } catch (error) {
    if (!(error instanceof BadFrame)) throw error
    throw new SaliscopeError(
      'D24',
      `${file.name} cannot be shown: ${error.message}. The file was left out; export it again from its source.`,
    )
  }
}

function nativeFrame(file: OpenedDicom, header: ImageHeader, { bytes, bitOffset }: FrameBytes): StoredArray {
  const count = header.rows * header.columns * header.samples
  if (header.bitsAllocated === 1) return unpackBits(bytes, bitOffset, count)
  if (header.photometric === 'YBR_FULL_422') return ybrFull422ToRgb(bytes, header.rows * header.columns)
  if (header.float) return floatSamples(bytes, header.bitsAllocated, file.syntax.littleEndian, count)
  const ordered = file.syntax.littleEndian ? bytes : swapped(bytes, header.bitsAllocated)
  const samples = readSamples(ordered, (header.bitsAllocated / 8) as 1 | 2 | 4, header)
  return finishColour(samples, header, !header.planar, false)
}

function swapped(bytes: Buffer, bits: number): Buffer {
  if (bits <= 8) return bytes
  return bits === 16 ? Buffer.from(bytes).swap16() : Buffer.from(bytes).swap32()
}

function finishColour(
  samples: StoredArray,
  header: ImageHeader,
  interleaved: boolean,
  converted: boolean,
): StoredArray {
  if (header.samples === 1) return samples
  const pixels = interleaved ? samples : interleave(samples, header.rows * header.columns)
  const ybr = header.photometric === 'YBR_FULL' && !converted
  return ybr && pixels instanceof Uint8Array ? ybrFullToRgb(pixels) : pixels
}

/** LSB first, from any bit (PS3.5 8.1.1, annex D). */
function unpackBits(bytes: Uint8Array, bitOffset: number, count: number): Uint8Array {
  const out = new Uint8Array(count)
  for (let n = 0; n < count; n++) {
    const bit = bitOffset + n
    out[n] = (bytes[bit >> 3] >> (bit & 7)) & 1
  }
  return out
}

function floatSamples(bytes: Buffer, bits: number, littleEndian: boolean, count: number): Float32Array | Float64Array {
  const copy = Buffer.from(bytes)
  if (!littleEndian) bits === 32 ? copy.swap32() : copy.swap64()
  const own = new Uint8Array(copy).buffer
  return bits === 32 ? new Float32Array(own, 0, count) : new Float64Array(own, 0, count)
}

/** Little-endian samples of 1, 2 or 4 bytes as an array of the stored type: shifted by the high bit, masked, sign-extended. */
function readSamples(bytes: Buffer, size: 1 | 2 | 4, header: ImageHeader): StoredArray {
  const aligned = bytes.byteOffset % size === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
  const length = Math.floor(bytes.length / size)
  const raw =
    size === 1
      ? new Uint8Array(aligned.buffer, aligned.byteOffset, length)
      : size === 2
        ? new Uint16Array(aligned.buffer, aligned.byteOffset, length)
        : new Uint32Array(aligned.buffer, aligned.byteOffset, length)
  const { bitsStored, highBit, signed } = header
  const shift = highBit + 1 - bitsStored
  const full = size * 8 === bitsStored && shift === 0
  const out = containerFor(header, length)
  if (full && out.BYTES_PER_ELEMENT === size) {
    new Uint8Array(out.buffer).set(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength))
    return out
  }
  const unused = 32 - bitsStored
  if (signed) for (let n = 0; n < length; n++) out[n] = ((raw[n] >>> shift) << unused) >> unused
  else for (let n = 0; n < length; n++) out[n] = ((raw[n] >>> shift) << unused) >>> unused
  return out
}

function containerFor({ bitsAllocated, signed }: ImageHeader, length: number): StoredArray {
  if (bitsAllocated <= 8) return signed ? new Int8Array(length) : new Uint8Array(length)
  if (bitsAllocated === 16) return signed ? new Int16Array(length) : new Uint16Array(length)
  return signed ? new Int32Array(length) : new Uint32Array(length)
}

/** The stream's own opinion on sign and depth is stated where it differs; the DICOM header decides (D21). */
function note(file: OpenedDicom, header: ImageHeader, frame: DecodedFrame): void {
  const differs = frame.signed !== null && frame.signed !== header.signed
  const deeper = frame.precision !== null && header.samples === 1 && frame.precision !== header.bitsStored
  if (!differs && !deeper) return
  const message = differs
    ? `${file.name}: its compressed stream and its header disagree on whether values are signed; the header was followed.`
    : `${file.name}: its compressed stream has ${frame.precision} bits per sample, its header states ${header.bitsStored}; the header was followed.`
  const finding: Finding = { code: 'D21', outcome: 'warned', message }
  if (!file.findings.some((known) => known.message === message)) file.findings.push(finding)
}
