import type { DataSet } from './data-set.ts'
import { tags } from './dictionary.ts'
import type { StoredArray } from './pixels.ts'

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.floor(value + 0.5))

/**
 * YBR_FULL, 8 bits, interleaved: R = Y + 1.402 (Cr − 128), G = Y − 0.344136 (Cb − 128) − 0.714136 (Cr − 128), B = Y + 1.772 (Cb − 128).
 *
 * source  PS3.3 C.7.6.3.1.2
 */
export function ybrFullToRgb(ybr: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(ybr.length)
  for (let n = 0; n + 2 < ybr.length; n += 3) writeRgb(rgb, n, ybr[n], ybr[n + 1] - 128, ybr[n + 2] - 128)
  return rgb
}

/** Uncompressed YBR_FULL_422: Y₁ Y₂ Cb Cr for each pair of pixels. */
export function ybrFull422ToRgb(packed: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3)
  for (let n = 0; n < pixels; n++) {
    const pair = (n >> 1) * 4
    writeRgb(rgb, 3 * n, packed[pair + (n & 1)], packed[pair + 2] - 128, packed[pair + 3] - 128)
  }
  return rgb
}

function writeRgb(rgb: Uint8Array, at: number, y: number, cb: number, cr: number): void {
  rgb[at] = clamp(y + 1.402 * cr)
  rgb[at + 1] = clamp(y - 0.344136 * cb - 0.714136 * cr)
  rgb[at + 2] = clamp(y + 1.772 * cb)
}

/** Plane after plane → RGBRGB. */
export function interleave(planes: StoredArray, pixels: number): StoredArray {
  const out = planes.slice()
  for (let n = 0; n < pixels; n++) {
    out[3 * n] = planes[n]
    out[3 * n + 1] = planes[pixels + n]
    out[3 * n + 2] = planes[2 * pixels + n]
  }
  return out
}

/** A look-up table: value → entries[value − first], clamped at both ends. */
export interface LookUpTable {
  readonly first: number
  readonly entries: ArrayLike<number>
  readonly bits: number
}

/** Reads a LUT by its descriptor; null when descriptor and data do not fit (D27). Eight-bit entries may be packed two a word. */
export function readLut(
  dataSet: DataSet,
  descriptorTag: number,
  dataTag: number,
  signedInput: boolean,
): LookUpTable | null {
  const descriptor = dataSet.numbers(descriptorTag)
  const data = dataSet.raw(dataTag)
  if (descriptor.length < 3 || !data) return null
  const count = (descriptor[0] & 0xffff) === 0 ? 65_536 : descriptor[0] & 0xffff
  const first = signedInput ? ((descriptor[1] & 0xffff) << 16) >> 16 : descriptor[1] & 0xffff
  const bits = descriptor[2]
  if (bits < 1 || bits > 16) return null
  if (data.length >= 2 * count) {
    const little = dataSet.elements.get(dataTag)?.littleEndian ?? true
    const entries = Uint16Array.from({ length: count }, (_, n) =>
      little ? data.readUInt16LE(2 * n) : data.readUInt16BE(2 * n),
    )
    return { first, entries, bits }
  }
  return data.length >= count
    ? { first, entries: new Uint8Array(data.subarray(0, count)), bits: Math.min(bits, 8) }
    : null
}

export function lookUp({ first, entries }: LookUpTable, value: number): number {
  const index = value - first
  return entries[index < 0 ? 0 : index >= entries.length ? entries.length - 1 : index]
}

/** Palette colours as 8-bit RGB; null when a table is missing or broken. */
export function applyPalette(indices: StoredArray, dataSet: DataSet): Uint8Array | null {
  const tables = [
    readLut(dataSet, tags.RedPaletteDescriptor, tags.RedPalette, false),
    readLut(dataSet, tags.GreenPaletteDescriptor, tags.GreenPalette, false),
    readLut(dataSet, tags.BluePaletteDescriptor, tags.BluePalette, false),
  ]
  const rgb = new Uint8Array(indices.length * 3)
  for (let channel = 0; channel < 3; channel++) {
    const table = tables[channel]
    if (!table) return null
    // Sixteen-bit palettes whose entries use only the low byte exist; the largest entry tells.
    const wide = table.bits > 8 && Array.prototype.some.call(table.entries, (entry: number) => entry > 255)
    for (let n = 0; n < indices.length; n++) {
      const value = lookUp(table, indices[n])
      rgb[3 * n + channel] = wide ? value >> 8 : value
    }
  }
  return rgb
}
