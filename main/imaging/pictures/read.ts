import { createHash } from 'node:crypto'
import sharp, { type Metadata, type Sharp } from 'sharp'
import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { SourceBytes } from '../files/source.ts'
import { anonymous, bytesOf, type ImportedImage, typeOf, valueRange } from '../image.ts'
import { readBmp } from './bmp.ts'

/** Largest picture in pixels: the limit of the decoder. */
export const picturePixelLimit = 268_402_689
const byteLimit = 2 ** 31 - 1

type PictureArray = Uint8Array | Uint16Array | Float32Array

export interface PictureValues {
  readonly values: PictureArray
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly findings: readonly Finding[]
}

/**
 * Decodes PNG, JPEG, TIFF, BMP and like pictures: 16 bits are kept, signed and floating values of a grey TIFF become float32, EXIF rotation
 * is applied, alpha is dropped, CMYK becomes RGB, several pages give the first; all of it is stated. A colour picture whose channels are
 * equal everywhere is taken as grey.
 *
 * errors  P1 empty or damaged, P2 over the pixel limit, P4 of a kind that is not read
 */
export async function decodePicture(bytes: Buffer, name: string): Promise<PictureValues> {
  if (bytes.length === 0) throw new SaliscopeError('P1', `${name} is empty and was left out.`)
  if (bytes.toString('latin1', 0, 2) === 'BM') {
    const { rgb, width, height } = readBmp(bytes, name, picturePixelLimit)
    return { ...toGrey(new Uint8Array(rgb), 3), width, height, findings: [] }
  }
  try {
    const input = sharp(bytes, { failOn: 'truncated', limitInputPixels: picturePixelLimit })
    return await decoded(input, await input.metadata(), name)
  } catch (error) {
    throw error instanceof SaliscopeError ? error : refuse(error, name)
  }
}

async function decoded(input: Sharp, meta: Metadata, name: string): Promise<PictureValues> {
  const { space, depth } = planOf(meta, name)
  const { data, info } = await input
    .autoOrient()
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
  const own = new Uint8Array(data).buffer
  const values =
    depth === 'uchar' ? new Uint8Array(own) : depth === 'ushort' ? new Uint16Array(own) : new Float32Array(own)
  return { ...toGrey(values, info.channels), width: info.width, height: info.height, findings: findingsOf(meta) }
}

function findingsOf(meta: Metadata): Finding[] {
  const findings: Finding[] = []
  const say = (code: 'P5' | 'P8', message: string): void => {
    findings.push({ code, outcome: 'warned', message })
  }
  if ((meta.pages ?? 1) > 1) say('P8', `The file holds ${meta.pages} pages; the first was taken.`)
  if (meta.orientation && meta.orientation > 1) say('P5', 'The picture was turned as its EXIF note says.')
  if (meta.hasAlpha) say('P5', 'The transparency of the picture was dropped.')
  if (meta.space === 'cmyk') say('P5', 'The picture was converted from printing colours (CMYK) to RGB.')
  if (meta.hasProfile) say('P5', 'The colour profile of the picture was not applied.')
  return findings
}

/** Colour space and sample type to decode into, so that no value is scaled or clipped on the way. */
function planOf(meta: Metadata, name: string): { space: string; depth: 'uchar' | 'ushort' | 'float' } {
  const grey = meta.space === 'b-w' || meta.space === 'grey16'
  if (meta.depth === 'uchar') return { space: grey ? 'b-w' : 'srgb', depth: 'uchar' }
  if (meta.depth === 'ushort') return { space: grey ? 'grey16' : 'rgb16', depth: 'ushort' }
  if (grey) return { space: 'b-w', depth: 'float' }
  throw new SaliscopeError('P4', `${name} holds colours of type ${meta.depth}, which are not read, and was left out.`)
}

function toGrey(values: PictureArray, channels: number): { values: PictureArray; channels: 1 | 3 } {
  if (channels === 1) return { values, channels: 1 }
  if (channels === 3 && !isGrey(values)) return { values, channels: 3 }
  const out = values.slice(0, values.length / channels)
  for (let n = 0; n < out.length; n++) out[n] = values[n * channels]
  return { values: out, channels: 1 }
}

function isGrey(values: PictureArray): boolean {
  for (let n = 0; n + 2 < values.length; n += 3)
    if (values[n] !== values[n + 1] || values[n] !== values[n + 2]) return false
  return true
}

function refuse(error: unknown, name: string): SaliscopeError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : 'unreadable'
  if (/pixel limit/i.test(reason))
    return new SaliscopeError(
      'P2',
      `${name} has more than the ${picturePixelLimit} pixels that are allowed and was left out.`,
    )
  return new SaliscopeError(
    'P1',
    `${name} is damaged and was left out (${reason.replace(/[.:\s]+$/, '')}). Half a picture is never used; copy it again.`,
  )
}

/** Reads a picture as an image of one slice without physical scale. */
export async function readPicture(source: SourceBytes): Promise<ImportedImage> {
  if (source.size > byteLimit)
    throw new SaliscopeError(
      'imaging.too-large',
      `${source.name} has ${source.size} bytes, more than a picture may have.`,
      {},
      'limit',
    )
  const bytes = await source.read(0, source.size)
  const picture = await decodePicture(bytes, source.name)
  const { values, width, height, channels } = picture
  const name = source.name.replace(/\.[a-z0-9]{2,4}$/i, '')
  return {
    name,
    grid: {
      dims: [width, height, 1],
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      physical: false,
      oriented: false,
    },
    channels,
    type: typeOf(values),
    slope: 1,
    intercept: 0,
    unit: 'a.u.',
    modality: 'OT',
    range: valueRange(values, 1, 0, null),
    windows: [],
    frameOfReference: null,
    sha256: createHash('sha256').update(bytesOf(values)).digest('hex'),
    bytes: values.byteLength,
    findings: picture.findings,
    voxels: values,
    padding: null,
    displayInverted: false,
    mayShowText: false,
    segments: [],
    sources: [
      {
        path: source.path,
        bytes: source.size,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        sopInstance: null,
      },
    ],
    identity: anonymous(name),
  }
}
