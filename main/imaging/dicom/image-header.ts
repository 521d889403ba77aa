import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { tags } from './dictionary.ts'
import type { OpenedDicom } from './open.ts'

/** How the pixels of a file are laid out, checked against itself and the limits before anything is decoded. */
export interface ImageHeader {
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly samples: 1 | 3
  readonly photometric: string
  readonly planar: boolean
  readonly bitsAllocated: 1 | 8 | 16 | 32 | 64
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  readonly float: boolean
  /** Bytes of one uncompressed frame (rounded up for 1-bit frames). */
  readonly frameBytes: number
}

/** Limit of one picture: rows × columns. */
export const pixelLimit = 268_402_689
/** Limit of one volume in bytes. */
export const volumeLimit = 8 * 2 ** 30

const grey = ['MONOCHROME1', 'MONOCHROME2']
const colour = ['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_RCT', 'YBR_ICT', 'YBR_PARTIAL_420', 'YBR_PARTIAL_422']

export function hasPixels({ dataSet }: OpenedDicom): boolean {
  return [tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData].some((tag) => dataSet.elements.has(tag))
}

/**
 * Reads and checks the pixel description.
 *
 * errors  D12 size, D13 bits, D15 frames, D16 photometric interpretation, D11 text where a number must be
 */
export function readImageHeader(file: OpenedDicom): ImageHeader {
  const { dataSet, name } = file
  const integer = (tag: number, fallback: number | null): number => wholeNumber(file, tag, fallback)
  const rows = integer(tags.Rows, null)
  const columns = integer(tags.Columns, null)
  if (rows < 1 || columns < 1) throw refuse('D12', name, `it states a size of ${columns} × ${rows} pixels`)
  if (rows * columns > pixelLimit)
    throw refuse('D12', name, `${columns} × ${rows} pixels are more than the limit of ${pixelLimit}`)
  const frames = frameCount(file)
  const float = dataSet.elements.has(tags.FloatPixelData) || dataSet.elements.has(tags.DoubleFloatPixelData)
  const bits = float ? floatBits(file) : integerBits(file)
  const { samples, photometric } = colours(file)
  const unpackedBits = rows * columns * samples * bits.bitsAllocated
  const frameBytes =
    photometric === 'YBR_FULL_422' && file.syntax.codec === 'native' ? rows * columns * 2 : Math.ceil(unpackedBits / 8)
  if (frameBytes * frames > volumeLimit)
    throw refuse('D15', name, `${frames} frames of ${frameBytes} bytes are more than the limit of a volume`)
  const planar = samples === 3 && integer(tags.PlanarConfiguration, 0) === 1
  return { rows, columns, frames, samples, photometric, planar, ...bits, float, frameBytes }
}

function frameCount(file: OpenedDicom): number {
  if (!file.dataSet.has(tags.NumberOfFrames)) return 1
  const frames = wholeNumber(file, tags.NumberOfFrames, 1)
  if (frames < 1) throw refuse('D15', file.name, `it states ${frames} frames`)
  const groups = file.dataSet.items(tags.PerFrameFunctionalGroupsSequence).length
  if (groups > 0 && groups !== frames) {
    throw refuse('D15', file.name, `it states ${frames} frames but describes ${groups}`)
  }
  return frames
}

type Bits = Pick<ImageHeader, 'bitsAllocated' | 'bitsStored' | 'highBit' | 'signed'>

function floatBits({ dataSet }: OpenedDicom): Bits {
  const bits = dataSet.elements.has(tags.FloatPixelData) ? 32 : 64
  return { bitsAllocated: bits, bitsStored: bits, highBit: bits - 1, signed: true }
}

/** Segmentation and multi-frame single-bit secondary capture: the objects whose pixels may be bits. */
const singleBitClasses = new Set(['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.7.1'])

function integerBits(file: OpenedDicom): Bits {
  const allocated = wholeNumber(file, tags.BitsAllocated, null)
  if (allocated === 1 && !singleBitClasses.has(file.dataSet.text(tags.SOPClassUID) ?? ''))
    throw refuse('D13', file.name, 'it states 1 bit allocated, which only segmentations and single-bit captures may')
  if (allocated !== 1 && allocated !== 8 && allocated !== 16 && allocated !== 32) {
    throw refuse('D13', file.name, `it states ${allocated} bits allocated, where 1, 8, 16 or 32 can be read`)
  }
  const stored = wholeNumber(file, tags.BitsStored, allocated)
  const high = wholeNumber(file, tags.HighBit, stored - 1)
  if (stored < 1 || stored > allocated)
    throw refuse('D13', file.name, `it states ${stored} of ${allocated} bits stored`)
  if (high < stored - 1 || high >= allocated)
    throw refuse('D13', file.name, `its high bit ${high} does not fit ${stored} of ${allocated} bits`)
  const representation = wholeNumber(file, tags.PixelRepresentation, 0)
  if (representation !== 0 && representation !== 1)
    throw refuse('D13', file.name, `its pixel representation is ${representation}`)
  return { bitsAllocated: allocated, bitsStored: stored, highBit: high, signed: representation === 1 }
}

function colours(file: OpenedDicom): { samples: 1 | 3; photometric: string } {
  const samples = wholeNumber(file, tags.SamplesPerPixel, 1)
  const photometric = (file.dataSet.text(tags.PhotometricInterpretation) ?? '').toUpperCase()
  if (photometric === '') throw refuse('D16', file.name, 'it does not state its photometric interpretation')
  const fits =
    samples === 1
      ? grey.includes(photometric) || photometric === 'PALETTE COLOR'
      : samples === 3 && colour.includes(photometric)
  if (!fits || (samples !== 1 && samples !== 3)) {
    throw refuse('D16', file.name, `${samples} samples per pixel and ${photometric.slice(0, 16)} do not go together`)
  }
  return { samples, photometric }
}

/** An integer the pixels depend on. */
function wholeNumber({ dataSet, name }: OpenedDicom, tag: number, fallback: number | null): number {
  const value = dataSet.number(tag)
  if (value === null) {
    if (fallback !== null) return fallback
    throw refuse('D12', name, 'its pixel data has no size (Rows, Columns or Bits Allocated is missing)')
  }
  if (!Number.isInteger(value)) throw refuse('D11', name, 'a number its pixels depend on is not a whole number')
  return value
}

function refuse(code: 'D11' | 'D12' | 'D13' | 'D15' | 'D16', name: string, what: string): SaliscopeError {
  return new SaliscopeError(
    code,
    `${name} cannot be shown: ${what}. The file was left out; export it again from its source.`,
  )
}

export function warnAboutPixels(file: OpenedDicom, header: ImageHeader): Finding[] {
  const lossy = file.syntax.lossy || file.dataSet.text(tags.LossyImageCompression) === '01'
  const findings: Finding[] = []
  if (lossy) {
    findings.push({
      code: 'imaging.lossy',
      outcome: 'warned',
      message: 'The pixels were compressed with loss; values may differ from the scanner’s.',
    })
  }
  if (header.photometric === 'MONOCHROME1') {
    findings.push({
      code: 'D17',
      outcome: 'warned',
      message: 'Stored with bright as low values (MONOCHROME1); shown inverted, given to a model as its card says.',
    })
  }
  return findings
}
