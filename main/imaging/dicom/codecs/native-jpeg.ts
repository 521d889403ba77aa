import dcmjsCodecs from 'dcmjs-codecs'
import { BadFrame, type DecodedFrame, type FrameShape } from './codec.ts'
import { readStreamHeader, requireShape } from './stream-header.ts'

/** Loads the native JPEG library (the Independent JPEG Group's, in 8, 12 and 16 bits, with the lossless process). */
export async function prepareNativeJpeg(): Promise<void> {
  if (!dcmjsCodecs.NativeCodecs.isInitialized()) await dcmjsCodecs.NativeCodecs.initializeAsync({})
}

/**
 * JPEG with more than 8 bits (extended, spectral selection, progressive) and lossless JPEG (process 14, every predictor).
 * Samples come out unsigned; the pixel description says how to read them.
 *
 * jpeg-lossless-decoder-js, which is smaller, loses the last pixel of some frames; this decoder agrees with the reference hashes.
 */
export function decodeNativeJpeg(bytes: Buffer, shape: FrameShape, photometric: string): DecodedFrame {
  const header = readStreamHeader(bytes)
  requireShape(header, shape)
  if (header.process > 3) throw new BadFrame('it declares JPEG, but its picture is of another kind')
  const bytesPerSample = header.precision > 8 ? 2 : 1
  const context = new dcmjsCodecs.Context({
    width: shape.columns,
    height: shape.rows,
    bitsAllocated: bytesPerSample * 8,
    bitsStored: header.precision,
    samplesPerPixel: shape.samples,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: photometric,
    encodedBuffer: bytes,
  })
  let decoded: Uint8Array | undefined
  try {
    decoded = dcmjsCodecs.NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: false }).getDecodedBuffer()
  } catch (error) {
    // The library's memory is in an unknown state after a failure.
    dcmjsCodecs.NativeCodecs.release()
    throw new BadFrame(
      `the compressed picture cannot be decoded (${error instanceof Error ? error.message.slice(0, 120) : 'the decoder gave up'})`,
    )
  }
  const needed = shape.rows * shape.columns * shape.samples * bytesPerSample
  if (!decoded || decoded.length < needed) throw new BadFrame('the compressed picture is incomplete')
  return {
    bytes: decoded.subarray(0, needed),
    bytesPerSample,
    interleaved: true,
    precision: header.precision,
    signed: null,
    colourConverted: false,
  }
}
