import { SaliscopeError } from '../../shared/errors.ts'

export interface BmpPixels {
  /** Rows from top to bottom, RGB interleaved. */
  readonly rgb: Buffer
  readonly width: number
  readonly height: number
}

/**
 * Reads an uncompressed Windows bitmap of 8 (palette), 24 or 32 bits, which the picture library does not.
 *
 * errors  P1 cut off or damaged · P2 over `pixelLimit` · P4 a compressed or otherwise rare bitmap
 */
export function readBmp(bytes: Buffer, name: string, pixelLimit: number): BmpPixels {
  if (bytes.length < 54) throw damaged(name)
  const offset = bytes.readUInt32LE(10)
  const headerBytes = bytes.readUInt32LE(14)
  const width = bytes.readInt32LE(18)
  const signedHeight = bytes.readInt32LE(22)
  const bits = bytes.readUInt16LE(28)
  const compression = bytes.readUInt32LE(30)
  const height = Math.abs(signedHeight)
  if (headerBytes < 40 || compression !== 0 || ![8, 24, 32].includes(bits)) {
    throw new SaliscopeError(
      'P4',
      `${name} is a bitmap of a rare kind (${bits} bits, compression ${compression}) and was left out. Save it as PNG.`,
    )
  }
  if (width < 1 || height < 1) throw damaged(name)
  if (width * height > pixelLimit)
    throw new SaliscopeError('P2', `${name} has more than the ${pixelLimit} pixels that are allowed and was left out.`)
  const rowBytes = Math.ceil((width * bits) / 32) * 4
  if (offset + rowBytes * height > bytes.length) throw damaged(name)
  const palette = bytes.subarray(14 + headerBytes, offset)
  const rgb = Buffer.alloc(width * height * 3)
  for (let row = 0; row < height; row++) {
    const from = offset + rowBytes * (signedHeight < 0 ? row : height - 1 - row)
    for (let column = 0; column < width; column++) {
      const at = from + (column * bits) / 8
      const [source, place] = bits === 8 ? [palette, bytes[at] * 4] : [bytes, at]
      if (place + 3 > source.length) throw damaged(name)
      const to = (row * width + column) * 3
      rgb[to] = source[place + 2]
      rgb[to + 1] = source[place + 1]
      rgb[to + 2] = source[place]
    }
  }
  return { rgb, width, height }
}

function damaged(name: string): SaliscopeError {
  return new SaliscopeError(
    'P1',
    `${name} is damaged and was left out (its bitmap ends early or has no size). Half a picture is never used; copy it again.`,
  )
}
