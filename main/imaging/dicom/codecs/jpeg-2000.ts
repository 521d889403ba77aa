import loadOpenJpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs'
import loadOpenJph from '@cornerstonejs/codec-openjph/wasmjs'
import { BadFrame, type DecodedFrame, type FrameShape } from './codec.ts'
import { readStreamHeader, requireShape } from './stream-header.ts'
import { WasmDecoder } from './wasm-decoder.ts'

export const jpeg2000Decoder = new WasmDecoder(loadOpenJpeg, 'J2KDecoder')
export const htj2kDecoder = new WasmDecoder(loadOpenJph, 'HTJ2KDecoder')

/** JPEG 2000; the decoder undoes the stream's own colour transform (RCT, ICT). */
export function decodeJpeg2000(bytes: Buffer, shape: FrameShape): DecodedFrame {
  return decode(jpeg2000Decoder, bytes, shape)
}

/** High-throughput JPEG 2000. */
export function decodeHtj2k(bytes: Buffer, shape: FrameShape): DecodedFrame {
  return decode(htj2kDecoder, bytes, shape)
}

function decode(decoder: WasmDecoder, bytes: Buffer, shape: FrameShape): DecodedFrame {
  const header = readStreamHeader(bytes)
  requireShape(header, shape)
  if (header.process !== -1) throw new BadFrame('it declares JPEG 2000, but its picture is of another kind')
  const frame = decoder.decode(bytes)
  const bytesPerSample = header.precision > 8 ? 2 : 1
  if (frame.bytes.length !== shape.rows * shape.columns * shape.samples * bytesPerSample) {
    throw new BadFrame('the compressed picture decoded to another size than the header says')
  }
  return {
    bytes: frame.bytes,
    bytesPerSample,
    interleaved: true,
    precision: header.precision,
    signed: header.signed,
    colourConverted: true,
  }
}
