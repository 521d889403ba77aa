/** How the pixels of a transfer syntax are packed; 'none' is a syntax known by name only, refused with that name. */
export type PixelCodec =
  | 'native'
  | 'rle'
  | 'jpeg'
  | 'jpeg-12'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k'
  | 'deflated-frames'
  | 'none'

export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly explicit: boolean
  readonly littleEndian: boolean
  /** The whole data set is a raw deflate stream. */
  readonly deflated: boolean
  readonly codec: PixelCodec
  /** Values may differ from those of the scanner. */
  readonly lossy: boolean
}

function syntax(uid: string, name: string, codec: PixelCodec, rest: Partial<TransferSyntax> = {}): TransferSyntax {
  const full = uid.startsWith('1.2.840') ? uid : `1.2.840.10008.1.2${uid}`
  return { uid: full, name, explicit: true, littleEndian: true, deflated: false, codec, lossy: false, ...rest }
}

const lossy = { lossy: true }

/**
 * Every transfer syntax the program knows.
 *
 * source  PS3.6 annex A; the deflated frames are those of Supplement 244
 */
const table: readonly TransferSyntax[] = [
  syntax('', 'Implicit VR Little Endian', 'native', { explicit: false }),
  syntax('.1', 'Explicit VR Little Endian', 'native'),
  syntax('.1.99', 'Deflated Explicit VR Little Endian', 'native', { deflated: true }),
  syntax('.2', 'Explicit VR Big Endian', 'native', { littleEndian: false }),
  syntax('.5', 'RLE Lossless', 'rle'),
  syntax('.8.1', 'Deflated Image Frame Compression', 'deflated-frames'),
  syntax('.4.50', 'JPEG Baseline (8 bit)', 'jpeg', lossy),
  syntax('.4.51', 'JPEG Extended (12 bit)', 'jpeg-12', lossy),
  syntax('.4.53', 'JPEG Spectral Selection (retired)', 'jpeg-12', lossy),
  syntax('.4.55', 'JPEG Full Progression (retired)', 'jpeg-12', lossy),
  syntax('.4.57', 'JPEG Lossless', 'jpeg-lossless'),
  syntax('.4.70', 'JPEG Lossless, first-order prediction', 'jpeg-lossless'),
  syntax('.4.80', 'JPEG-LS Lossless', 'jpeg-ls'),
  syntax('.4.81', 'JPEG-LS Near-lossless', 'jpeg-ls', lossy),
  syntax('.4.90', 'JPEG 2000 Lossless', 'jpeg-2000'),
  syntax('.4.91', 'JPEG 2000', 'jpeg-2000', lossy),
  syntax('.4.92', 'JPEG 2000 Part 2 Lossless', 'none'),
  syntax('.4.93', 'JPEG 2000 Part 2', 'none', lossy),
  syntax('.4.100', 'MPEG2 Main Profile', 'none', lossy),
  syntax('.4.101', 'MPEG2 High Profile', 'none', lossy),
  syntax('.4.102', 'MPEG-4 High Profile', 'none', lossy),
  syntax('.4.103', 'MPEG-4 BD-compatible', 'none', lossy),
  syntax('.4.104', 'MPEG-4 High Profile for 2D video', 'none', lossy),
  syntax('.4.105', 'MPEG-4 High Profile for 3D video', 'none', lossy),
  syntax('.4.106', 'MPEG-4 Stereo High Profile', 'none', lossy),
  syntax('.4.107', 'HEVC Main Profile', 'none', lossy),
  syntax('.4.108', 'HEVC Main 10 Profile', 'none', lossy),
  syntax('.4.110', 'JPEG XL Lossless', 'none'),
  syntax('.4.111', 'JPEG XL JPEG Recompression', 'none', lossy),
  syntax('.4.112', 'JPEG XL', 'none', lossy),
  syntax('.4.201', 'HTJ2K Lossless', 'htj2k'),
  syntax('.4.202', 'HTJ2K Lossless RPCL', 'htj2k'),
  syntax('.4.203', 'HTJ2K', 'htj2k', lossy),
]

const byUid = new Map(table.map((entry) => [entry.uid, entry]))
if (byUid.size !== table.length) throw new Error('A transfer syntax is listed twice.')

export const implicitLittleEndian = table[0]
export const explicitLittleEndian = table[1]
export const explicitBigEndian = table[3]

export function transferSyntax(uid: string): TransferSyntax | null {
  return byUid.get(uid) ?? null
}
