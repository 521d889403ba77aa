import sharp from 'sharp'

export type InformationMeasure = 'webp' | 'entropy'

/** Bytes of the lossless WebP file; grey is stored as RGB. Quality 100 and effort 4, as Pillow's defaults. */
async function webpBytes(image: Uint8Array, channels: number, height: number, width: number): Promise<number> {
  const n = height * width
  const rgb = Buffer.alloc(3 * n)
  for (let q = 0; q < n; q++) for (let c = 0; c < 3; c++) rgb[3 * q + c] = image[(channels === 3 ? c : 0) * n + q]
  const encoded = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .webp({ lossless: true, quality: 100, effort: 4 })
    .toBuffer()
  return encoded.length
}

/** Shannon entropy in bits of 256 bins over the image's own range (at least 1 wide). */
export function histogramEntropy(image: Uint8Array): number {
  let low = 255
  let high = 0
  for (const v of image) {
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  const width = (Math.max(high, low + 1) - low) / 256
  const counts = new Float64Array(256)
  for (const v of image) counts[Math.min(255, Math.floor((v - low) / width))]++
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / image.length) * Math.log2(count / image.length)
  return bits
}

/** How much a picture of bytes (channels first) holds. */
export async function informationOf(
  measure: InformationMeasure,
  image: Uint8Array,
  channels: number,
  height: number,
  width: number,
): Promise<number> {
  return measure === 'entropy' ? histogramEntropy(image) : webpBytes(image, channels, height, width)
}

/** The encoder behind `webp`, stored with the value. */
export function encoderOf(measure: InformationMeasure): string {
  return measure === 'webp'
    ? `sharp ${sharp.versions.sharp ?? ''}, libwebp ${sharp.versions.webp ?? ''}, effort 4`
    : 'histogram, 256 bins'
}
