import { SaliscopeError } from '../../shared/errors.ts'
import type { Element } from './data-set.ts'
import { tags } from './dictionary.ts'
import type { ImageHeader } from './image-header.ts'
import type { OpenedDicom } from './open.ts'

/** The encoded or native bytes of one frame, and the bit its first pixel starts at (1-bit frames are packed without gaps). */
export interface FrameBytes {
  readonly bytes: Buffer
  readonly bitOffset: number
}

export type FrameReader = (frame: number) => FrameBytes

/**
 * Finds each frame's bytes in the pixel element, from the whole file.
 *
 * errors  D5 compressed stream cut off, D14 buffer shorter than the header says, D22 fragments that cannot be assigned to frames
 */
export function locateFrames(file: OpenedDicom, header: ImageHeader): FrameReader {
  const { dataSet } = file
  const element =
    dataSet.elements.get(tags.PixelData) ??
    dataSet.elements.get(tags.FloatPixelData) ??
    dataSet.elements.get(tags.DoubleFloatPixelData)
  if (!element) throw refuse('D14', file.name, 'it has no pixel data')
  if (file.syntax.codec !== 'native') {
    if (element.length !== -1)
      throw refuse('D4', file.name, `it declares ${file.syntax.name}, but its pixels are not in fragments`)
    return encapsulated(file, header, element)
  }
  if (element.length === -1) throw refuse('D4', file.name, 'it declares uncompressed pixels, but they are in fragments')
  return native(file, header, element)
}

function native(file: OpenedDicom, header: ImageHeader, element: Element): FrameReader {
  const { frames, frameBytes, bitsAllocated } = header
  const bits = header.rows * header.columns * header.samples
  const needed = bitsAllocated === 1 ? Math.ceil((bits * frames) / 8) : frameBytes * frames
  const present = element.end - element.start
  if (element.length > present)
    throw refuse('D5', file.name, `its pixels are cut off: ${present} of ${element.length} bytes are there`)
  if (present < needed) throw refuse('D14', file.name, `its pixels need ${needed} bytes, but ${present} are there`)
  const stored = file.bytes.subarray(element.start, element.end)
  // Big-endian 8-bit pixels written as words are swapped in pairs, across the borders of frames.
  const swap = !file.syntax.littleEndian && bitsAllocated <= 8 && element.vr === 'OW' && stored.length % 2 === 0
  const all = swap ? Buffer.from(stored).swap16() : stored
  if (bitsAllocated === 1)
    return (frame) => ({ bytes: all.subarray(Math.floor((frame * bits) / 8)), bitOffset: (frame * bits) % 8 })
  return (frame) => ({ bytes: all.subarray(frame * frameBytes, (frame + 1) * frameBytes), bitOffset: 0 })
}

interface Fragment {
  /** Offset of the item's tag from the first byte after the offset table, as the table counts. */
  readonly offset: number
  readonly bytes: Buffer
}

function encapsulated(file: OpenedDicom, header: ImageHeader, element: Element): FrameReader {
  const { table, fragments } = readFragments(file, element)
  const { frames } = header
  const join = (parts: readonly Fragment[]): FrameBytes => ({
    bytes: parts.length === 1 ? parts[0].bytes : Buffer.concat(parts.map((p) => p.bytes)),
    bitOffset: 0,
  })
  if (fragments.length === 0) throw refuse('D14', file.name, 'it holds no compressed picture')
  if (frames === 1) return () => join(fragments)
  if (fragments.length === frames) return (frame) => join([fragments[frame]])
  if (fragments.length < frames) {
    throw refuse('D15', file.name, `it states ${frames} frames but holds ${fragments.length} pictures`)
  }
  const starts = firstFragments(file, fragments, frames, table)
  if (!starts)
    throw refuse('D22', file.name, `its ${fragments.length} fragments cannot be assigned to ${frames} frames`)
  return (frame) => join(fragments.slice(starts[frame], starts[frame + 1] ?? fragments.length))
}

/** Index of the fragment each frame begins with: by the offset table, else by the markers a picture begins with. */
function firstFragments(
  file: OpenedDicom,
  fragments: readonly Fragment[],
  frames: number,
  table: readonly number[],
): number[] | null {
  if (table.length === frames) {
    const byOffset = new Map(fragments.map((fragment, index) => [fragment.offset, index]))
    const starts = table.map((offset) => byOffset.get(offset) ?? -1)
    if (starts[0] === 0 && starts.every((start, n) => start >= 0 && (n === 0 || start > starts[n - 1]))) return starts
    file.findings.push({
      code: 'D22',
      outcome: 'warned',
      message: `${file.name}: its table of frames is wrong; frames were found by their own beginnings.`,
    })
  }
  const starts = fragments.flatMap((fragment, index) => (beginsPicture(fragment.bytes) ? [index] : []))
  return starts.length === frames && starts[0] === 0 ? starts : null
}

/** JPEG family: FF D8 FF; JPEG 2000: FF 4F FF 51. */
function beginsPicture(bytes: Buffer): boolean {
  return (
    bytes.length > 3 &&
    bytes[0] === 0xff &&
    ((bytes[1] === 0xd8 && bytes[2] === 0xff) || (bytes[1] === 0x4f && bytes[2] === 0xff))
  )
}

function readFragments(file: OpenedDicom, element: Element): { table: number[]; fragments: Fragment[] } {
  const { bytes } = file
  let table: number[] = []
  const fragments: Fragment[] = []
  let at = element.start
  let base = -1
  while (at + 8 <= bytes.length) {
    const tag = bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)
    const length = bytes.readUInt32LE(at + 4)
    if (tag === 0xfffee0dd) return { table: extendedTable(file) ?? table, fragments }
    if (tag !== 0xfffee000)
      throw refuse('D22', file.name, 'its compressed pixels hold something that is not a fragment')
    const end = at + 8 + length
    if (end > bytes.length)
      throw refuse(
        'D5',
        file.name,
        `its compressed pixels are cut off: a fragment claims ${length} bytes, ${bytes.length - at - 8} are left`,
      )
    if (base < 0) {
      table = Array.from({ length: Math.floor(length / 4) }, (_, n) => bytes.readUInt32LE(at + 8 + 4 * n))
      base = end
    } else fragments.push({ offset: at - base, bytes: bytes.subarray(at + 8, end) })
    at = end
  }
  if (fragments.length === 0) throw refuse('D5', file.name, 'its compressed pixels are cut off')
  throw refuse('D5', file.name, 'its compressed pixels have no end mark, so the last picture may be cut off')
}

function extendedTable({ dataSet }: OpenedDicom): number[] | null {
  const element = dataSet.elements.get(tags.ExtendedOffsetTable)
  if (!element || element.length < 8) return null
  const bytes = dataSet.bytes.subarray(element.start, element.end)
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, n) => Number(bytes.readBigUInt64LE(8 * n)))
}

function refuse(code: 'D4' | 'D5' | 'D14' | 'D15' | 'D22', name: string, what: string): SaliscopeError {
  return new SaliscopeError(
    code,
    `${name} cannot be shown: ${what}. The file was left out; export it again from its source.`,
  )
}
