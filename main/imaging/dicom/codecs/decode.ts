import { inflateRawSync, inflateSync } from 'node:zlib'
import type { PixelCodec } from '../transfer-syntaxes.ts'
import { BadFrame, type DecodedFrame, type FrameShape } from './codec.ts'
import { decodeJpeg, jpegDecoder } from './jpeg.ts'
import { decodeHtj2k, decodeJpeg2000, htj2kDecoder, jpeg2000Decoder } from './jpeg-2000.ts'
import { decodeJpegLs, jpegLsDecoder } from './jpeg-ls.ts'
import { decodeNativeJpeg, prepareNativeJpeg } from './native-jpeg.ts'
import { decodeRle } from './rle.ts'
import { readStreamHeader } from './stream-header.ts'

/** Loads what a codec needs, so that decoding itself is synchronous. Cheap when already loaded. */
export async function prepareCodec(codec: PixelCodec): Promise<void> {
  if (codec === 'jpeg' || codec === 'jpeg-12') await jpegDecoder.ready()
  if (codec === 'jpeg-12' || codec === 'jpeg-lossless') await prepareNativeJpeg()
  if (codec === 'jpeg-ls') await jpegLsDecoder.ready()
  if (codec === 'jpeg-2000') await jpeg2000Decoder.ready()
  if (codec === 'htj2k') await htj2kDecoder.ready()
}

/** Decodes one compressed frame by the codec of its transfer syntax. */
export function decodeCompressed(
  codec: PixelCodec,
  bytes: Buffer,
  shape: FrameShape,
  photometric: string,
): DecodedFrame {
  switch (codec) {
    case 'rle':
      return decodeRle(bytes, shape)
    case 'jpeg':
      return decodeJpeg(bytes, shape, photometric)
    case 'jpeg-12':
      return readStreamHeader(bytes).precision === 8
        ? decodeJpeg(bytes, shape, photometric)
        : decodeNativeJpeg(bytes, shape, photometric)
    case 'jpeg-lossless':
      return decodeNativeJpeg(bytes, shape, photometric)
    case 'jpeg-ls':
      return decodeJpegLs(bytes, shape)
    case 'jpeg-2000':
      return decodeJpeg2000(bytes, shape)
    case 'htj2k':
      return decodeHtj2k(bytes, shape)
    case 'deflated-frames':
      return inflateFrame(bytes, shape)
    default:
      throw new BadFrame('there is no decoder for its transfer syntax')
  }
}

/** One deflate stream per frame; never inflated past the size the header states. */
function inflateFrame(bytes: Buffer, shape: FrameShape): DecodedFrame {
  const bits = shape.rows * shape.columns * shape.samples * shape.bitsAllocated
  const size = Math.ceil(bits / 8)
  const options = { maxOutputLength: size + 8 }
  let out: Buffer
  try {
    out =
      (bytes[0] & 0x0f) === 8 && (bytes[0] * 256 + bytes[1]) % 31 === 0
        ? inflateSync(bytes, options)
        : inflateRawSync(bytes, options)
  } catch {
    throw new BadFrame('its deflated frame cannot be inflated to the size the header states')
  }
  if (out.length < size) throw new BadFrame(`its deflated frame holds ${out.length} of ${size} bytes`)
  const bytesPerSample = Math.max(1, shape.bitsAllocated / 8) as 1 | 2 | 4
  return {
    bytes: out.subarray(0, size),
    bytesPerSample,
    interleaved: true,
    precision: null,
    signed: null,
    colourConverted: false,
  }
}
