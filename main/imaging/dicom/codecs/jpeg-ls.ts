import load from '@cornerstonejs/codec-charls/decodewasmjs'
import { BadFrame, type DecodedFrame, type FrameShape } from './codec.ts'
import { readStreamHeader, requireShape } from './stream-header.ts'
import { WasmDecoder } from './wasm-decoder.ts'

export const jpegLsDecoder = new WasmDecoder(load, 'JpegLSDecoder')

/** JPEG-LS, lossless and near-lossless. Interleave mode 0 comes out plane after plane. */
export function decodeJpegLs(bytes: Buffer, shape: FrameShape): DecodedFrame {
  const header = readStreamHeader(bytes)
  requireShape(header, shape)
  if (header.process !== 55) throw new BadFrame('it declares JPEG-LS, but its picture is of another kind')
  const frame = jpegLsDecoder.decode(bytes)
  const bytesPerSample = header.precision > 8 ? 2 : 1
  if (frame.bytes.length !== shape.rows * shape.columns * shape.samples * bytesPerSample) {
    throw new BadFrame('the compressed picture decoded to another size than the header says')
  }
  const interleaved = shape.samples === 1 || frame.interleaveMode !== 0
  return {
    bytes: frame.bytes,
    bytesPerSample,
    interleaved,
    precision: header.precision,
    signed: null,
    colourConverted: false,
  }
}
