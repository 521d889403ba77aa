/** What the DICOM header promises about a frame; a codec never overrides it silently. */
export interface FrameShape {
  readonly rows: number
  readonly columns: number
  readonly samples: 1 | 3
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly signed: boolean
}

/** Samples of one frame as little-endian bytes, `bitsPerSample` 8, 16 or 32 each. */
export interface DecodedFrame {
  readonly bytes: Uint8Array
  readonly bytesPerSample: 1 | 2 | 4
  /** Samples of one pixel lie together (RGBRGB); false: plane after plane. */
  readonly interleaved: boolean
  /** Bits the compressed stream says a sample has, where it says so. */
  readonly precision: number | null
  /** Whether the stream itself says its samples are signed, where it says so. */
  readonly signed: boolean | null
  /** The decoder has turned luminance and chrominance into RGB already. */
  readonly colourConverted: boolean
}

export type FrameDecoder = (bytes: Buffer, shape: FrameShape) => DecodedFrame

/** A frame that cannot be decoded: what is wrong, without the file's name. */
export class BadFrame extends Error {}
