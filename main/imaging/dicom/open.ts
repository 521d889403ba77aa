import { inflateRawSync } from 'node:zlib'
import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { describeKind, sniff } from '../file-kind.ts'
import type { DataSet } from './data-set.ts'
import { dictionaryVr } from './dictionary.ts'
import { type Encoding, NeedsMoreBytes, StructureReader } from './structure.ts'
import {
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
  type TransferSyntax,
  transferSyntax,
} from './transfer-syntaxes.ts'

/** A DICOM file whose structure was checked; `bytes` is what `dataSet` points into (inflated where the syntax is deflated). */
export interface OpenedDicom {
  readonly name: string
  readonly syntax: TransferSyntax
  readonly dataSet: DataSet
  readonly bytes: Buffer
  readonly totalBytes: number
  readonly findings: Finding[]
}

/** Largest data set a deflated file may inflate to; the declared pixel size is checked afterwards. */
const inflateLimit = 1 << 30

/**
 * Opens a DICOM file from its bytes, or from its first bytes when `totalBytes` is larger: the reader then stops at the pixel data,
 * and throws NeedsMoreBytes if that lies further on. Files without preamble or meta group are probed (D2); the length of the meta
 * group is never trusted (D3).
 *
 * errors  D1 no DICOM file, D3 no transfer syntax, D4 … D7 of the structure, imaging.transfer-syntax unknown syntax
 */
export function openDicom(bytes: Buffer, name: string, totalBytes = bytes.length): OpenedDicom {
  const findings: Finding[] = []
  const prefix = bytes.length >= 132 && bytes.toString('latin1', 128, 132) === 'DICM'
  const start = prefix ? 132 : 0
  if (prefix) warnAboutPreamble(bytes, name, findings)
  const meta = readMeta(bytes, start, name, totalBytes, findings)
  const syntax = meta.uid === null ? probe(bytes, meta.end, name, prefix, meta.found, findings) : known(meta.uid, name)
  if (!prefix) findings.push(warning('D2', name, 'it has no preamble; it was read by its content'))
  return withDataSet(bytes, meta.end, syntax, name, totalBytes, findings)
}

function withDataSet(
  bytes: Buffer,
  start: number,
  syntax: TransferSyntax,
  name: string,
  totalBytes: number,
  findings: Finding[],
): OpenedDicom {
  if (!syntax.deflated) {
    const dataSet = new StructureReader(bytes, { ...syntax, name, totalBytes, findings }).read(start)
    return { name, syntax, dataSet, bytes, totalBytes, findings }
  }
  if (bytes.length < totalBytes) throw new NeedsMoreBytes()
  const inflated = inflate(bytes.subarray(start), name)
  const dataSet = new StructureReader(inflated, { ...syntax, name, totalBytes: inflated.length, findings }).read(0)
  return { name, syntax, dataSet, bytes: inflated, totalBytes: inflated.length, findings }
}

interface MetaGroup {
  uid: string | null
  /** Whether there was any element of group 2. */
  found: boolean
  end: number
}

/** Group 2 is always explicit little endian; its end is where the group ends, whatever (0002,0000) says. */
function readMeta(bytes: Buffer, start: number, name: string, totalBytes: number, findings: Finding[]): MetaGroup {
  let at = start
  let uid: string | null = null
  let declared: number | null = null
  let afterLength = start
  const seen = new Set<number>()
  while (at + 8 <= bytes.length && bytes.readUInt16LE(at) === 2) {
    const element = bytes.readUInt16LE(at + 2)
    const vr = bytes.toString('latin1', at + 4, at + 6)
    const long = /^(OB|OW|OF|OD|OL|OV|UN|UT|UC|UR|SQ|SV|UV)$/.test(vr) || !/^[A-Z]{2}$/.test(vr) || !isShort(vr)
    if (long && at + 12 > bytes.length) break
    const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6)
    const value = at + (long ? 12 : 8)
    if (long && !/^(OB|UN)$/.test(vr))
      findings.push(warning('D9', name, 'its file header has an unknown value representation'))
    if (value + length > totalBytes) throw refuse('D3', name, 'an element of its file header is longer than the file')
    if (value + length > bytes.length) throw new NeedsMoreBytes()
    if (seen.has(element))
      findings.push(warning('D10', name, 'an element of its file header occurs twice; the first value is used'))
    if (element === 0 && length === 4) {
      declared = bytes.readUInt32LE(value)
      afterLength = value + 4
    }
    if (element === 0x10 && !seen.has(element))
      uid = bytes.toString('latin1', value, value + length).replace(/[\0 ]+$/, '')
    seen.add(element)
    at = value + length
  }
  const found = at > start
  if (found && declared === null) findings.push(warning('D3', name, 'its file header does not state its length'))
  else if (declared !== null && afterLength + declared !== at)
    findings.push(warning('D3', name, 'its file header states a wrong length'))
  return { uid: uid === '' ? null : uid, found, end: at }
}

function isShort(vr: string): boolean {
  return 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' ').includes(vr)
}

function known(uid: string, name: string): TransferSyntax {
  const found = transferSyntax(uid)
  if (found) return found
  throw refuse('imaging.transfer-syntax', name, `its transfer syntax ${uid.slice(0, 64)} is not known`)
}

/** The encoding of a data set without a stated syntax, from its first element; only where that leaves no doubt. */
function probe(
  bytes: Buffer,
  start: number,
  name: string,
  prefix: boolean,
  hasMeta: boolean,
  findings: Finding[],
): TransferSyntax {
  if (prefix && hasMeta) throw refuse('D3', name, 'its file header does not name the transfer syntax')
  if (bytes.length < start + 8) throw prefix ? refuse('D5', name, 'it ends after its preamble') : notDicom(bytes, name)
  for (const candidate of [explicitLittleEndian, explicitBigEndian, implicitLittleEndian]) {
    if (firstElementFits(bytes, start, candidate)) {
      findings.push(warning('D3', name, `its transfer syntax is not stated; ${candidate.name} was recognised`))
      return candidate
    }
  }
  if (prefix) throw refuse('D3', name, 'its file header does not name the transfer syntax')
  throw notDicom(bytes, name)
}

function firstElementFits(bytes: Buffer, at: number, { explicit, littleEndian }: Encoding): boolean {
  const group = littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
  const element = littleEndian ? bytes.readUInt16LE(at + 2) : bytes.readUInt16BE(at + 2)
  if (group !== 8) return false
  const vr = dictionaryVr(group * 65536 + element)
  if (vr === 'UN') return false
  const written = bytes.toString('latin1', at + 4, at + 6)
  if (explicit) return written === vr
  const length = bytes.readUInt32LE(at + 4)
  return length <= 1024 && at + 8 + length <= bytes.length
}

function inflate(bytes: Buffer, name: string): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: inflateLimit })
  } catch (error) {
    if (error instanceof RangeError) {
      throw new SaliscopeError(
        'D23',
        `${name} inflates to more than ${inflateLimit} bytes and was left out.`,
        {},
        'limit',
      )
    }
    throw refuse('D4', name, 'it declares a deflated data set, but its data cannot be inflated')
  }
}

function warnAboutPreamble(bytes: Buffer, name: string, findings: Finding[]): void {
  const head = bytes.toString('latin1', 0, 4)
  const program = head.startsWith('MZ') || head === '\x7fELF' || head.startsWith('#!')
  const picture = head === 'II*\0' || head === 'MM\0*'
  if (program) findings.push(warning('D39', name, 'its preamble makes it a file that can also run as a program'))
  else if (!picture && bytes.subarray(0, 128).some((b) => b !== 0)) {
    findings.push(warning('D39', name, 'its preamble holds data of another format'))
  }
}

function notDicom(bytes: Buffer, name: string): SaliscopeError {
  const kind = describeKind(sniff(bytes))
  return new SaliscopeError('D1', `${name} is not a DICOM file, it is ${kind}. It was left out.`, { kind })
}

function refuse(code: 'D3' | 'D4' | 'D5' | 'imaging.transfer-syntax', name: string, what: string): SaliscopeError {
  return new SaliscopeError(
    code,
    `${name} cannot be read: ${what}. The file was left out; export it again from its source.`,
  )
}

function warning(code: string, name: string, what: string): Finding {
  return { code, outcome: 'warned', message: `${name}: ${what}.` }
}
