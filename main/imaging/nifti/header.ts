import * as nifti from 'nifti-reader-js'
import { SaliscopeError } from '../../shared/errors.ts'

/** What the program uses of a NIfTI-1 or NIfTI-2 header, checked. */
export interface NiftiHeader {
  readonly version: 1 | 2
  readonly littleEndian: boolean
  /** Header and image lie in two files. */
  readonly pair: boolean
  /** Marked as half of a pair, but the data follow the header. */
  readonly single: boolean
  readonly dims: readonly [number, number, number]
  /** Number of volumes (fourth axis). */
  readonly volumes: number
  readonly datatype: number
  readonly bitsPerVoxel: number
  readonly dataOffset: number
  /** Bytes of one volume. */
  readonly volumeBytes: number
  readonly pixelDims: readonly number[]
  readonly slope: number
  readonly intercept: number
  readonly calMin: number
  readonly calMax: number
  readonly qformCode: number
  readonly sformCode: number
  readonly quaternion: readonly [number, number, number]
  readonly quaternionOffset: readonly [number, number, number]
  readonly sform: readonly number[]
  /** Millimetres per unit of the header. */
  readonly unitMm: number
}

/** NIfTI datatype → name and bits; those with `read: false` are refused by name. */
export const datatypes: Readonly<Record<number, { name: string; bits: number; read: boolean }>> = {
  2: { name: 'uint8', bits: 8, read: true },
  4: { name: 'int16', bits: 16, read: true },
  8: { name: 'int32', bits: 32, read: true },
  16: { name: 'float32', bits: 32, read: true },
  64: { name: 'float64', bits: 64, read: true },
  128: { name: 'RGB24', bits: 24, read: true },
  256: { name: 'int8', bits: 8, read: true },
  512: { name: 'uint16', bits: 16, read: true },
  768: { name: 'uint32', bits: 32, read: true },
  1024: { name: 'int64', bits: 64, read: true },
  1280: { name: 'uint64', bits: 64, read: true },
  1: { name: 'binary', bits: 1, read: false },
  32: { name: 'complex64', bits: 64, read: false },
  1536: { name: 'float128', bits: 128, read: false },
  1792: { name: 'complex128', bits: 128, read: false },
  2048: { name: 'complex256', bits: 256, read: false },
  2304: { name: 'RGBA32', bits: 32, read: false },
}

const volumeLimit = 8 * 2 ** 30

/**
 * Reads and checks a header from the first bytes of an uncompressed file (352 for NIfTI-1, 544 for NIfTI-2, more for extensions).
 * Sizes are compared before anything is allocated.
 *
 * errors  N1 dimensions, N3 offset, N4 damaged header or voxel type, N5 not one volume, N7 extension
 */
export function readNiftiHeader(head: Buffer, name: string, totalBytes: number): NiftiHeader {
  const version = versionOf(head, name)
  if (head.length < (version === 1 ? 348 : 540)) throw refuse('N4', name, 'its header is cut off')
  const raw = parse(head, version, name)
  const pair = /^ni[12]/.test(head.toString('latin1', version === 1 ? 344 : 4, version === 1 ? 347 : 7))
  const { dims, volumes } = checkDims(raw.dims, name)
  const datatype = checkDatatype(raw.datatypeCode, raw.numBitsPerVoxel, name)
  const voxels = dims[0] * dims[1] * dims[2]
  const volumeBytes = (voxels * raw.numBitsPerVoxel) / 8
  if (volumeBytes > volumeLimit)
    throw refuse(
      'N2',
      name,
      `it claims ${dims.join(' × ')} voxels (${volumeBytes} bytes), but has ${totalBytes} bytes in all`,
    )
  const single = pair && totalBytes >= (version === 1 ? 352 : 544) + volumeBytes * volumes
  const dataOffset = checkOffset(head, raw.vox_offset, version, pair && !single, name, totalBytes)
  const units = raw.xyzt_units & 7
  return {
    version,
    littleEndian: raw.littleEndian,
    pair,
    single,
    dims,
    volumes,
    datatype,
    bitsPerVoxel: raw.numBitsPerVoxel,
    dataOffset,
    volumeBytes,
    pixelDims: [...raw.pixDims],
    slope: raw.scl_slope,
    intercept: raw.scl_inter,
    calMin: raw.cal_min,
    calMax: raw.cal_max,
    qformCode: raw.qform_code,
    sformCode: raw.sform_code,
    quaternion: [raw.quatern_b, raw.quatern_c, raw.quatern_d],
    quaternionOffset: [raw.qoffset_x, raw.qoffset_y, raw.qoffset_z],
    sform: sformOf(head, version, raw.littleEndian),
    unitMm: units === 1 ? 1000 : units === 3 ? 0.001 : 1,
  }
}

/** The library reads the header alone: extensions are checked here, and their flag is cleared for it. */
function parse(head: Buffer, version: 1 | 2, name: string): nifti.NIFTI1 | nifti.NIFTI2 {
  const size = version === 1 ? 348 : 540
  const own = new Uint8Array(size + 4)
  own.set(head.subarray(0, size))
  try {
    return nifti.readHeader(own.buffer, true)
  } catch (error) {
    throw refuse('N4', name, `its header is damaged (${error instanceof Error ? error.message : 'unreadable'})`)
  }
}

function versionOf(head: Buffer, name: string): 1 | 2 {
  if (head.length < 8) throw refuse('N4', name, head.length === 0 ? 'it is empty' : 'its header is cut off')
  const sizes = [head.readInt32LE(0), head.readInt32BE(0)]
  if (sizes.includes(540)) {
    if (!/^n[+i]2/.test(head.toString('latin1', 4, 8))) throw refuse('N4', name, 'its header has no NIfTI-2 mark')
    return 2
  }
  if (!sizes.includes(348)) throw refuse('N4', name, 'its header does not have the size of a NIfTI header')
  if (head.length < 348) throw refuse('N4', name, 'its header is cut off')
  const magic = head.toString('latin1', 344, 348)
  if (magic === 'n+1\0' || magic === 'ni1\0') return 1
  if (head.subarray(344, 348).every((byte) => byte === 0))
    throw refuse('N5', name, 'it is an Analyze 7.5 file, which does not state its orientation')
  throw refuse('N4', name, 'its header has no NIfTI mark')
}

function checkDims(raw: readonly number[], name: string): { dims: [number, number, number]; volumes: number } {
  const rank = raw[0]
  if (!(rank >= 1 && rank <= 7)) throw refuse('N1', name, `it states ${rank} dimensions`)
  const sizes = raw.slice(1, rank + 1)
  if (sizes.some((size) => !(size >= 1))) throw refuse('N1', name, `it states the dimensions ${sizes.join(' × ')}`)
  if (rank >= 5 && sizes.slice(4).some((size) => size > 1)) {
    const kind = rank === 5 || rank === 7 ? `a field with ${sizes[4]} values per voxel` : 'surface data (CIFTI)'
    throw refuse('N5', name, `it holds ${kind}, not an image`)
  }
  const [i, j = 1, k = 1, volumes = 1] = sizes
  return { dims: [i, j, k], volumes }
}

function checkDatatype(code: number, bits: number, name: string): number {
  const type = datatypes[code]
  if (!type) throw refuse('N4', name, `its voxel type ${code} is unknown`)
  if (!type.read)
    throw refuse(
      code === 1536 || code === 1 ? 'N4' : 'N5',
      name,
      `its voxels are of type ${type.name}, which cannot be shown as an image`,
    )
  if (bits !== type.bits) throw refuse('N4', name, `it states ${bits} bits for a voxel of type ${type.name}`)
  return code
}

function checkOffset(
  head: Buffer,
  offset: number,
  version: 1 | 2,
  pair: boolean,
  name: string,
  totalBytes: number,
): number {
  const headerBytes = version === 1 ? 348 : 540
  if (!Number.isFinite(offset) || offset < 0 || (pair ? false : offset > totalBytes))
    throw refuse('N3', name, `its data is said to begin at byte ${offset}`)
  if (pair) return Math.floor(offset)
  // Zero is written by some programs for "right behind the header".
  const start = offset === 0 ? headerBytes + 4 : Math.floor(offset)
  if (start < headerBytes + 4)
    throw refuse('N3', name, `its data is said to begin at byte ${offset}, inside the header`)
  checkExtension(head, headerBytes, start, name)
  return start
}

/** Extensions between header and data: sizes are multiples of 16 in theory; what matters is that they do not run away. */
function checkExtension(head: Buffer, headerBytes: number, dataStart: number, name: string): void {
  if (head.length < headerBytes + 12 || head[headerBytes] === 0) return
  const sizes = [head.readInt32LE(headerBytes + 4), head.readInt32BE(headerBytes + 4)]
  if (!sizes.some((size) => size >= 8 && headerBytes + 4 + size <= dataStart)) {
    throw refuse('N3', name, 'its header extension has an impossible size')
  }
}

function sformOf(head: Buffer, version: 1 | 2, littleEndian: boolean): number[] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const rows = Array.from({ length: 12 }, (_, n) =>
    version === 1 ? view.getFloat32(280 + 4 * n, littleEndian) : view.getFloat64(400 + 8 * n, littleEndian),
  )
  return [...rows, 0, 0, 0, 1]
}

function refuse(code: 'N1' | 'N2' | 'N3' | 'N4' | 'N5', name: string, what: string): SaliscopeError {
  return new SaliscopeError(code, `${name} cannot be read: ${what}. The file was left out.`)
}
