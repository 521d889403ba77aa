import load from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
import { BadFrame, type DecodedFrame, type FrameShape } from './codec.ts'
import { readStreamHeader, requireShape, type StreamHeader } from './stream-header.ts'
import { WasmDecoder } from './wasm-decoder.ts'

export const jpegDecoder = new WasmDecoder(load, 'JPEGDecoder')

/** Adobe's marker with transform 0: "these three components are RGB". */
const rgbMarker = Buffer.from([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0])

/**
 * 8-bit JPEG (baseline and extended). Colour is converted by the decoder, which guesses from the JFIF and Adobe markers alone; where the
 * DICOM header says RGB and nothing in the stream contradicts it, the stream is marked as RGB first.
 */
export function decodeJpeg(bytes: Buffer, shape: FrameShape, photometric: string): DecodedFrame {
  const header = readStreamHeader(bytes)
  requireShape(header, shape)
  if (header.process > 2) throw new BadFrame('it declares JPEG, but its picture is of another kind')
  if (header.precision !== 8) throw new BadFrame(`its JPEG picture has ${header.precision} bits`)
  const input = header.components === 3 && isUnconverted(header, photometric) ? markAsRgb(bytes) : bytes
  const frame = jpegDecoder.decode(input)
  if (
    frame.width !== shape.columns ||
    frame.height !== shape.rows ||
    frame.bytes.length !== shape.rows * shape.columns * shape.samples
  ) {
    throw new BadFrame('the compressed picture decoded to another size than the header says')
  }
  return { bytes: frame.bytes, bytesPerSample: 1, interleaved: true, precision: 8, signed: null, colourConverted: true }
}

/** Whether the three components are RGB as they stand. Subsampled components are always luminance and chrominance. */
function isUnconverted(header: StreamHeader, photometric: string): boolean {
  if (header.adobeTransform !== null) return header.adobeTransform === 0
  const subsampled = header.sampling.some(([h, v]) => h !== header.sampling[0][0] || v !== header.sampling[0][1])
  return photometric === 'RGB' && !subsampled
}

/** The stream without its JFIF marker (which means YCbCr to every decoder) and with Adobe's. */
function markAsRgb(bytes: Buffer): Buffer {
  const parts: Buffer[] = [bytes.subarray(0, 2), rgbMarker]
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]
    const length = bytes.readUInt16BE(at + 2)
    if (marker === 0xda) break
    if (marker !== 0xe0 && marker !== 0xee) parts.push(bytes.subarray(at, at + 2 + length))
    at += 2 + length
  }
  parts.push(bytes.subarray(at))
  return Buffer.concat(parts)
}
