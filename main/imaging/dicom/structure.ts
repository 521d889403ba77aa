import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { DataSet, type Element } from './data-set.ts'
import { dictionaryVr, type Tag, tags, tagText } from './dictionary.ts'

/** Thrown when the part of the file at hand ends before the pixels; the caller reads on and starts again. */
export class NeedsMoreBytes extends Error {}

export interface Encoding {
  readonly explicit: boolean
  readonly littleEndian: boolean
}

export interface WalkOptions extends Encoding {
  /** File name for the sentences. */
  readonly name: string
  /** Bytes the whole stream has; `bytes` may hold only its beginning. */
  readonly totalBytes: number
  /** Receives each finding once. */
  readonly findings: Finding[]
}

const maximumDepth = 128
const maximumItems = 65_536
const undefinedLength = 0xffffffff
const itemTag = 0xfffee000
const itemEnd = 0xfffee00d
const sequenceEnd = 0xfffee0dd
const longForms = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const shortForms = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '))
const pixelTags = new Set<Tag>([tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData])

interface Header {
  tag: Tag
  vr: string
  length: number
  start: number
}

/**
 * Reads the structure of a DICOM data set: where each element lies, with every length checked against the bytes that exist,
 * before any value is looked at. Nothing is allocated by a length of the file. Stops at the pixel data, which is not read.
 *
 * dcmjs fills what a cut file lacks with the bytes at hand and returns a swallowed file as one element without an error; this walk is what
 * tells such files from good ones. The dictionary is dcmjs'. Bytes behind the pixels that are no elements at all cost a warning: the
 * picture in front of them is whole.
 *
 * errors  D4 wrong encoding, D5 cut off, D6 length past the end, D7 too deep or undelimited
 */
export class StructureReader {
  private readonly bytes: Buffer
  private readonly options: WalkOptions
  private readonly said = new Set<string>()

  constructor(bytes: Buffer, options: WalkOptions) {
    this.bytes = bytes
    this.options = options
  }

  /** The top-level data set from `start` to the end of the stream. */
  read(start: number): DataSet {
    return this.dataSet(start, this.options.totalBytes, 0, this.options, false).dataSet
  }

  private dataSet(
    start: number,
    end: number,
    depth: number,
    encoding: Encoding,
    delimited: boolean,
  ): { dataSet: DataSet; next: number } {
    if (depth > maximumDepth) throw this.refuse('D7', `sequences are nested deeper than ${maximumDepth}`)
    const elements = new Map<Tag, Element>()
    const dataSet = new DataSet(this.bytes, encoding.littleEndian, elements)
    let at = start
    let last = -1
    let afterPixels = false
    while (at < end) {
      if (end - at < 8) {
        if (delimited || depth > 0) throw this.refuse('D7', 'an item of a sequence has no end')
        this.say('D5', `${end - at} stray bytes after the last element were ignored`)
        break
      }
      if (afterPixels && this.isNoElement(at, encoding)) {
        this.say('D10', 'what follows its pixels is damaged and was ignored')
        break
      }
      const header = this.header(at, encoding, at === start && depth === 0)
      if (header.tag === itemEnd && delimited) return { dataSet, next: header.start }
      if (header.tag === itemEnd || header.tag === sequenceEnd) {
        if (depth > 0) throw this.refuse('D7', `a delimiter stands where an element of depth ${depth} was expected`)
        this.say('D10', 'a stray delimiter was skipped')
        at = header.start
        continue
      }
      const tag = header.tag
      if (pixelTags.has(tag) && (depth === 0 || header.length === undefinedLength)) {
        const element = this.pixels(header, end)
        this.keep(elements, element)
        afterPixels = depth === 0
        // What follows the pixels is looked at only when it is at hand.
        if (depth === 0 && this.bytes.length < this.options.totalBytes) return { dataSet, next: end }
        at = element.end
        continue
      }
      if (tag <= last)
        this.say(
          'D10',
          tag === last ? `${tagText(tag)} occurs twice; the first value is used` : 'tags are out of order',
        )
      last = tag
      const element = this.element(header, end, depth, encoding)
      this.keep(elements, element)
      at = element.end
    }
    if (delimited) throw this.refuse('D7', 'an item of undefined length is not closed')
    return { dataSet, next: end }
  }

  /** Whether what stands here has no value representation there is. */
  private isNoElement(at: number, { explicit, littleEndian }: Encoding): boolean {
    if (!explicit || at + 8 > this.bytes.length) return false
    const group = littleEndian ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at)
    const vr = this.bytes.toString('latin1', at + 4, at + 6)
    return group !== 0xfffe && !shortForms.has(vr) && !longForms.has(vr)
  }

  private keep(elements: Map<Tag, Element>, element: Element): void {
    const { tag } = element
    const group = tag >>> 16
    // Groups below 8 belong to messages, file headers and (4, 6) directories.
    if ((group < 8 && group !== 4 && group !== 6) || tag === itemTag)
      this.say('D10', `${tagText(tag)} does not belong into a data set and was ignored`)
    else if (elements.has(tag)) this.say('D10', `${tagText(tag)} occurs twice; the first value is used`)
    else elements.set(tag, element)
  }

  /** Tag, VR and length; positions the value's start. */
  private header(at: number, { explicit, littleEndian }: Encoding, first: boolean): Header {
    this.need(at, 8)
    const u16 = (p: number): number => (littleEndian ? this.bytes.readUInt16LE(p) : this.bytes.readUInt16BE(p))
    const u32 = (p: number): number => (littleEndian ? this.bytes.readUInt32LE(p) : this.bytes.readUInt32BE(p))
    const tag = u16(at) * 65536 + u16(at + 2)
    if (tag >>> 16 === 0xfffe || !explicit) {
      return { tag, vr: tag >>> 16 === 0xfffe ? '' : dictionaryVr(tag), length: u32(at + 4), start: at + 8 }
    }
    const vr = this.bytes.toString('latin1', at + 4, at + 6)
    if (shortForms.has(vr)) return { tag, vr, length: u16(at + 6), start: at + 8 }
    if (!longForms.has(vr)) {
      if (first || !/^[A-Z]{2}$/.test(vr)) {
        throw this.refuse(
          'D4',
          `it declares an encoding its data set does not have (no value representation at ${tagText(tag)})`,
        )
      }
      this.say('D9', `${tagText(tag)} has the unknown value representation ${vr}`)
    }
    this.need(at, 12)
    return { tag, vr: longForms.has(vr) ? vr : 'UN', length: u32(at + 8), start: at + 12 }
  }

  private element(header: Header, end: number, depth: number, encoding: Encoding): Element {
    const { tag, start, length } = header
    // Unknown VRs hide what the dictionary knows; a sequence inside UN is always implicit little endian (PS3.5 6.2.2).
    const known = header.vr === 'UN' && encoding.explicit ? dictionaryVr(tag) : header.vr
    const open = length === undefinedLength
    const hidden = header.vr === 'UN' && encoding.explicit
    if (known === 'SQ' && !open && length > 0 && !this.beginsWithItem(start, hidden || encoding.littleEndian)) {
      this.fits(header, end, false)
      this.say('D11', `${tagText(tag)} should be a sequence and is not; it was ignored`)
      return { tag, vr: 'UN', start, length, end: start + length, items: null, littleEndian: encoding.littleEndian }
    }
    if (known === 'SQ' || open) {
      if (open && known !== 'SQ' && known !== 'UN')
        throw this.refuse('D6', `${tagText(tag)} (${known}) has an undefined length`)
      const inner = hidden ? { explicit: false, littleEndian: true } : encoding
      this.fits(header, end, open)
      const { items, next } = this.items(start, open ? end : start + length, depth, inner, open)
      return { tag, vr: 'SQ', start, length: next - start, end: next, items, littleEndian: inner.littleEndian }
    }
    this.fits(header, end, false)
    const littleEndian = hidden ? true : encoding.littleEndian
    return { tag, vr: known, start, length, end: start + length, items: null, littleEndian }
  }

  private beginsWithItem(at: number, littleEndian: boolean): boolean {
    this.need(at, 4)
    return (
      (littleEndian ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at)) ===
      (littleEndian ? 0xe000fffe : itemTag)
    )
  }

  /** The value must lie inside its parent; a short file is told from a lying length. */
  private fits({ tag, start, length }: Header, end: number, open: boolean): void {
    if (open || start + length <= end) return
    const { totalBytes } = this.options
    if (end < totalBytes && start + length <= totalBytes) {
      throw this.refuse('D7', `${tagText(tag)} reaches past the end of its sequence item`)
    }
    throw this.refuse(
      'D6',
      `${tagText(tag)} claims ${length} bytes, but only ${Math.max(0, totalBytes - start)} are left in the file`,
    )
  }

  private items(
    start: number,
    end: number,
    depth: number,
    encoding: Encoding,
    open: boolean,
  ): { items: DataSet[]; next: number } {
    const items: DataSet[] = []
    let at = start
    while (at < end) {
      if (end - at < 8) throw this.refuse('D7', 'a sequence ends inside an item header')
      const header = this.header(at, encoding, false)
      if (header.tag === sequenceEnd) {
        if (open) return { items, next: header.start }
        throw this.refuse('D7', 'a sequence of stated length holds a delimiter')
      }
      if (header.tag !== itemTag) throw this.refuse('D7', `a sequence holds ${tagText(header.tag)} instead of an item`)
      if (items.length >= maximumItems) throw this.refuse('D7', `a sequence has more than ${maximumItems} items`)
      const openItem = header.length === undefinedLength
      this.fits(header, end, openItem)
      const stop = openItem ? end : header.start + header.length
      const { dataSet, next } = this.dataSet(header.start, stop, depth + 1, encoding, openItem)
      items.push(dataSet)
      at = openItem ? next : stop
    }
    if (open) throw this.refuse('D7', 'a sequence of undefined length is not closed')
    return { items, next: end }
  }

  /** The pixel element: its place only. A length past the end is kept for the pixel checks, which say what is missing. */
  private pixels({ tag, vr, start, length }: Header, limit: number): Element {
    const open = length === undefinedLength
    const end = open ? this.afterFragments(start, limit) : Math.min(start + length, limit)
    const { littleEndian } = this.options
    return { tag, vr, start, length: open ? -1 : length, end, items: null, littleEndian }
  }

  /** Where the fragments end: behind their delimiter, or at the end of the data when they are cut off. */
  private afterFragments(start: number, limit: number): number {
    let at = start
    while (at + 8 <= Math.min(limit, this.bytes.length)) {
      const tag = this.bytes.readUInt16LE(at) * 65536 + this.bytes.readUInt16LE(at + 2)
      if (tag === sequenceEnd) return at + 8
      if (tag !== itemTag) return limit
      at += 8 + this.bytes.readUInt32LE(at + 4)
    }
    return limit
  }

  private need(at: number, count: number): void {
    if (at + count > this.options.totalBytes) throw this.refuse('D5', 'the file ends inside an element')
    if (at + count > this.bytes.length) throw new NeedsMoreBytes()
  }

  private refuse(code: 'D4' | 'D5' | 'D6' | 'D7', what: string): SaliscopeError {
    return new SaliscopeError(
      code,
      `${this.options.name} cannot be read: ${what}. The file was left out; export it again from its source.`,
    )
  }

  private say(code: string, what: string): void {
    const message = `${this.options.name}: ${what}.`
    if (this.said.has(message) || this.said.size > 20) return
    this.said.add(message)
    this.options.findings.push({ code, outcome: 'warned', message })
  }
}
