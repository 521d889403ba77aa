import sharp from 'sharp'
import { type Drawing, MM_PER_INCH } from './drawing.ts'
import { writeSvg } from './write-svg.ts'

/** The page as PNG at a resolution, which the file states (pHYs). Text is drawn from outlines, so no font need be installed. */
export async function writePng(drawing: Drawing, dpi: number): Promise<Uint8Array> {
  const width = Math.round((drawing.widthMm / MM_PER_INCH) * dpi)
  const height = Math.round((drawing.heightMm / MM_PER_INCH) * dpi)
  // A drawing in mm units is rastered by librsvg at `density` pixels per inch; the last pixel is settled by an exact size.
  return sharp(Buffer.from(writeSvg(drawing, 'outlines')), { density: dpi, unlimited: true })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .withMetadata({ density: dpi })
    .png({ compressionLevel: 6 })
    .toBuffer()
}

/** RGBA pixels as PNG bytes, for panels inside a page. */
export async function pixelsToPng(rgba: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png({ compressionLevel: 6 })
    .toBuffer()
}
