import { crc32, deflateSync } from 'node:zlib'

/**
 * A PNG file from 8-bit (Uint8Array) or 16-bit (Uint16Array) grey or RGB samples, row after row.
 *
 * errors  RangeError when the samples do not fill the picture
 * source  W3C PNG specification, third edition
 */
export function encodePng(samples: Uint8Array | Uint16Array, width: number, height: number, channels: 1 | 3): Buffer {
  if (samples.length !== width * height * channels)
    throw new RangeError(
      `A picture of ${width}×${height} needs ${width * height * channels} samples, not ${samples.length}.`,
    )
  const wide = samples instanceof Uint16Array
  const rowBytes = width * channels * (wide ? 2 : 1)
  const raw = Buffer.alloc((rowBytes + 1) * height)
  for (let y = 0; y < height; y++) {
    const at = y * (rowBytes + 1) + 1
    const from = y * width * channels
    if (wide) for (let x = 0; x < width * channels; x++) raw.writeUInt16BE(samples[from + x], at + 2 * x)
    else raw.set(samples.subarray(from, from + rowBytes), at)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = wide ? 16 : 8
  header[9] = channels === 3 ? 2 : 0
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4)
  return out
}
