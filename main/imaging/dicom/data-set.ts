import { decodeText } from './character-sets.ts'
import { type Tag, tags } from './dictionary.ts'

/** Where an element lies. `length` −1: pixel data in fragments. `items` is set for sequences only. */
export interface Element {
  readonly tag: Tag
  readonly vr: string
  readonly start: number
  readonly length: number
  readonly end: number
  readonly items: readonly DataSet[] | null
  readonly littleEndian: boolean
}

const maximumText = 65_536
const maximumNumbers = 1 << 20
const ownCharacterSet = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])

/** One data set as places in a buffer; a value is decoded when it is asked for. Absent and empty are both null. */
export class DataSet {
  readonly bytes: Buffer
  readonly littleEndian: boolean
  readonly elements: ReadonlyMap<Tag, Element>

  constructor(bytes: Buffer, littleEndian: boolean, elements: ReadonlyMap<Tag, Element>) {
    this.bytes = bytes
    this.littleEndian = littleEndian
    this.elements = elements
  }

  has(tag: Tag): boolean {
    return (this.elements.get(tag)?.length ?? 0) !== 0
  }

  raw(tag: Tag): Buffer | null {
    const element = this.elements.get(tag)
    return element && element.length > 0 ? this.bytes.subarray(element.start, element.end) : null
  }

  items(tag: Tag): readonly DataSet[] {
    return this.elements.get(tag)?.items ?? []
  }

  /** Text with padding removed, decoded by the data set's own character set. */
  text(tag: Tag, characterSets: readonly string[] = this.characterSets()): string | null {
    const element = this.elements.get(tag)
    if (!element || element.items || element.length <= 0) return null
    const bytes = this.bytes.subarray(element.start, Math.min(element.end, element.start + maximumText))
    const sets = ownCharacterSet.has(element.vr) ? characterSets : []
    const text = decodeText(bytes, sets)
    const trimmed = trimPadding(text)
    return trimmed === '' ? null : trimmed
  }

  /** The parts of a multi-valued text. */
  texts(tag: Tag): string[] {
    return (
      this.text(tag)
        ?.split('\\')
        .map((part) => part.trim()) ?? []
    )
  }

  characterSets(): readonly string[] {
    const element = this.elements.get(tags.SpecificCharacterSet)
    if (!element || element.length <= 0) return []
    const bytes = this.bytes.subarray(element.start, Math.min(element.end, element.start + 256))
    return trimPadding(bytes.toString('latin1'))
      .split('\\')
      .map((part) => part.trim())
  }

  /** Numbers of any numeric VR; a part that is no number becomes NaN, so that the caller can tell wrong from absent. */
  numbers(tag: Tag, signed = false): number[] {
    const element = this.elements.get(tag)
    if (!element || element.items || element.length <= 0) return []
    switch (element.vr) {
      case 'DS':
      case 'IS':
        return this.texts(tag).map((part) =>
          /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(part) ? Number(part) : Number.NaN,
        )
      case 'xs':
        return this.binary(element, signed ? 'SS' : 'US')
      case 'US':
      case 'SS':
        // Implicit files and careless writers: the pixels' sign decides where the caller says so.
        return this.binary(element, signed ? 'SS' : element.vr)
      case 'US or SS':
        return this.binary(element, signed ? 'SS' : 'US')
      default:
        return this.binary(element, element.vr)
    }
  }

  /** The first number, or null when the element is absent or empty. NaN when it is there but no number. */
  number(tag: Tag, signed = false): number | null {
    return this.numbers(tag, signed)[0] ?? null
  }

  private binary(element: Element, vr: string): number[] {
    const read = readers[vr]
    if (!read) return [Number.NaN]
    const count = Math.min(Math.floor((element.end - element.start) / read.size), maximumNumbers)
    if (count === 0) return [Number.NaN]
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    return Array.from({ length: count }, (_, n) => read.at(view, element.start + n * read.size, element.littleEndian))
  }
}

interface NumberReader {
  readonly size: number
  at(view: DataView, offset: number, littleEndian: boolean): number
}

const readers: Record<string, NumberReader | undefined> = {
  US: { size: 2, at: (v, o, le) => v.getUint16(o, le) },
  SS: { size: 2, at: (v, o, le) => v.getInt16(o, le) },
  OW: { size: 2, at: (v, o, le) => v.getUint16(o, le) },
  ox: { size: 2, at: (v, o, le) => v.getUint16(o, le) },
  UL: { size: 4, at: (v, o, le) => v.getUint32(o, le) },
  SL: { size: 4, at: (v, o, le) => v.getInt32(o, le) },
  FL: { size: 4, at: (v, o, le) => v.getFloat32(o, le) },
  FD: { size: 8, at: (v, o, le) => v.getFloat64(o, le) },
  UV: { size: 8, at: (v, o, le) => Number(v.getBigUint64(o, le)) },
  SV: { size: 8, at: (v, o, le) => Number(v.getBigInt64(o, le)) },
}

/** DICOM pads with spaces or NUL; what follows a NUL is not part of the value. */
function trimPadding(text: string): string {
  let end = text.length
  while (end > 0 && (text.charCodeAt(end - 1) === 0 || text.charCodeAt(end - 1) === 32)) end--
  return text.slice(0, end).trimStart()
}
