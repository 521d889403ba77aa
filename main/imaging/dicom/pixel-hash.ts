import { createHash } from 'node:crypto'
import { SaliscopeError } from '../../shared/errors.ts'
import { prepareCodec } from './codecs/decode.ts'
import { locateFrames } from './frames.ts'
import type { DicomInstance } from './instance.ts'
import { decodeFrame } from './pixels.ts'
import { openDicomSource } from './read-stack.ts'

/** Larger objects are compared by their bytes alone. */
const largest = 64 << 20

/**
 * SHA-256 of the stored values of all frames, whatever their encoding: equal for one picture kept uncompressed and losslessly compressed.
 * Null for pictures that are too large, or whose pixels cannot be decoded (the series says so when it is listed).
 */
export async function pixelHash({ file, header }: DicomInstance): Promise<string | null> {
  if (header.frameBytes * header.frames > largest) return null
  const { opened } = await openDicomSource(file)
  await prepareCodec(opened.syntax.codec)
  const hash = createHash('sha256').update(`${header.rows}×${header.columns}×${header.samples} ${header.signed}`)
  try {
    const frames = locateFrames(opened, header)
    for (let frame = 0; frame < header.frames; frame++) {
      const values = decodeFrame(opened, header, frames(frame))
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    }
  } catch (error) {
    if (error instanceof SaliscopeError) return null
    throw error
  }
  return hash.digest('hex')
}
