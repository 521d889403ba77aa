import { BadFrame, type DecodedFrame, type FrameShape } from './codec.ts'

/**
 * RLE Lossless: one PackBits segment per byte of each sample, most significant byte first.
 *
 * Segments are written straight into little-endian samples, plane after plane; the output has the size the header states,
 * whatever a segment would expand to. 1-bit frames are packed eight pixels a byte.
 *
 * errors  a wrong number of segments, offsets outside the frame, a segment that ends early
 * source  PS3.5 annex G
 */
export function decodeRle(bytes: Buffer, shape: FrameShape): DecodedFrame {
  if (bytes.length < 64) throw new BadFrame('the RLE header is cut off')
  const { rows, columns, samples, bitsAllocated } = shape
  const bytesPerSample = Math.max(1, bitsAllocated / 8) as 1 | 2 | 4
  const count = bytes.readUInt32LE(0)
  if (count !== samples * bytesPerSample) {
    throw new BadFrame(`its RLE frame has ${count} segments where ${samples * bytesPerSample} are needed`)
  }
  const pixels = bitsAllocated === 1 ? Math.ceil((rows * columns) / 8) : rows * columns
  const out = new Uint8Array(pixels * samples * bytesPerSample)
  for (let segment = 0; segment < count; segment++) {
    const start = bytes.readUInt32LE(4 + 4 * segment)
    const end = segment + 1 < count ? bytes.readUInt32LE(8 + 4 * segment) : bytes.length
    if (start < 64 || end > bytes.length || start > end) throw new BadFrame('an RLE segment lies outside its frame')
    const sample = Math.floor(segment / bytesPerSample)
    const significance = bytesPerSample - 1 - (segment % bytesPerSample)
    unpack(bytes.subarray(start, end), out, sample * pixels * bytesPerSample + significance, bytesPerSample, pixels)
  }
  return {
    bytes: out,
    bytesPerSample,
    interleaved: samples === 1,
    precision: null,
    signed: null,
    colourConverted: false,
  }
}

function unpack(input: Buffer, out: Uint8Array, start: number, step: number, count: number): void {
  let at = 0
  let written = 0
  while (written < count) {
    if (at >= input.length) throw new BadFrame(`an RLE segment ends after ${written} of ${count} bytes`)
    const control = input[at++]
    if (control < 128) {
      const run = Math.min(control + 1, count - written)
      if (at + run > input.length) throw new BadFrame(`an RLE segment ends after ${written} of ${count} bytes`)
      for (let n = 0; n < run; n++) out[start + step * (written + n)] = input[at + n]
      written += run
      at += control + 1
    } else if (control > 128) {
      if (at >= input.length) throw new BadFrame(`an RLE segment ends after ${written} of ${count} bytes`)
      const run = Math.min(257 - control, count - written)
      const value = input[at++]
      for (let n = 0; n < run; n++) out[start + step * (written + n)] = value
      written += run
    }
  }
}
