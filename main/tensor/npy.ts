import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor, tensor } from './tensor.ts'

export type NpyData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array
export type NpyType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool'

/** A NumPy array in C order. `bool` is held as bytes of 0 and 1. */
export interface NpyArray {
  readonly dims: readonly number[]
  readonly type: NpyType
  readonly data: NpyData
}

interface Layout {
  readonly type: NpyType
  readonly bytes: number
  view(buffer: ArrayBuffer): NpyData
}

const layouts: Readonly<Record<string, Layout>> = {
  '<f4': { type: 'float32', bytes: 4, view: (b) => new Float32Array(b) },
  '<f8': { type: 'float64', bytes: 8, view: (b) => new Float64Array(b) },
  '<i4': { type: 'int32', bytes: 4, view: (b) => new Int32Array(b) },
  '<i8': { type: 'int64', bytes: 8, view: (b) => new BigInt64Array(b) },
  '|u1': { type: 'uint8', bytes: 1, view: (b) => new Uint8Array(b) },
  '|b1': { type: 'bool', bytes: 1, view: (b) => new Uint8Array(b) },
}

const descriptions: Readonly<Record<NpyType, string>> = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  bool: '|b1',
}

/** 2³¹ elements: more than any tensor a model takes, less than what typed arrays fail on. */
const largestSize = 2 ** 31
const largestRank = 32
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

function refuse(name: string, what: string): never {
  throw new SaliscopeError('tensor.npy', `${name} ${what}.`, { file: name })
}

/** Header text and the offset of the data; format versions 1 to 3. */
function readHeader(bytes: Uint8Array, name: string): { header: string; start: number } {
  if (bytes.length < 12 || magic.some((m, i) => bytes[i] !== m)) refuse(name, 'is not an .npy file')
  const major = bytes[6]
  if (major < 1 || major > 3) refuse(name, `has the .npy format version ${major}; versions 1 to 3 are known`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = major === 1 ? 10 : 12
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (at + length > bytes.length) refuse(name, 'ends within its header')
  return { header: new TextDecoder('utf-8').decode(bytes.subarray(at, at + length)), start: at + length }
}

function readDims(header: string, name: string): number[] {
  const text = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(header)?.[1]
  if (text === undefined) refuse(name, 'has no shape in its header')
  const words = text.split(',').filter((word) => word.trim() !== '')
  const dims = words.map((word) => Number(word.trim().replace(/L$/, '')))
  if (dims.length > largestRank || dims.some((d) => !Number.isInteger(d) || d < 0)) {
    refuse(name, `has the shape (${text.slice(0, 80)}), which is not a list of whole numbers`)
  }
  const size = sizeOf(dims)
  if (!(size < largestSize)) {
    throw new SaliscopeError(
      'tensor.too-large',
      `${name} announces ${size} elements; at most ${largestSize - 1} are taken.`,
      {
        file: name,
        dims,
      },
    )
  }
  return dims
}

/**
 * Reads the bytes of a .npy file; a Fortran-ordered array of more than one axis is refused rather than turned.
 *
 * name    stands in error messages
 * errors  tensor.npy, tensor.too-large
 * source  NEP 1, numpy.lib.format
 */
export function readNpy(bytes: Uint8Array, name = 'The array'): NpyArray {
  const { header, start } = readHeader(bytes, name)
  const descr = /['"]descr['"]\s*:\s*['"]([^'"]+)['"]/.exec(header)?.[1] ?? '(none)'
  const layout = layouts[descr]
  if (!layout) {
    const why = descr.startsWith('>') ? 'is stored big-endian' : `has the element type ${descr.slice(0, 20)}`
    refuse(name, `${why}; little-endian float32, float64, int32, int64, uint8 or bool is needed`)
  }
  const dims = readDims(header, name)
  if (/['"]fortran_order['"]\s*:\s*True/.test(header) && dims.filter((d) => d > 1).length > 1) {
    refuse(name, 'is in Fortran order; save it with numpy.ascontiguousarray')
  }
  const expected = sizeOf(dims) * layout.bytes
  const found = bytes.length - start
  if (found !== expected) refuse(name, `holds ${found} bytes of data where its header asks for ${expected}`)
  // Copied: the data of a .npy file starts at a multiple of 64 bytes, but a view's own offset may not be aligned.
  const copy = new ArrayBuffer(expected)
  new Uint8Array(copy).set(bytes.subarray(start))
  return { dims, type: layout.type, data: layout.view(copy) }
}

/** Writes format version 1.0, data aligned to 64 bytes as NumPy does. */
export function writeNpy(array: NpyArray): Uint8Array<ArrayBuffer> {
  const { dims, type, data } = array
  if (data.length !== sizeOf(dims))
    throw new RangeError(`An array of [${dims.join(', ')}] needs ${sizeOf(dims)} values, not ${data.length}.`)
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(', ')})`
  const dictionary = `{'descr': '${descriptions[type]}', 'fortran_order': False, 'shape': ${shape}, }`
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10
  const header = dictionary.padEnd(length - 1, ' ') + '\n'
  const out = new Uint8Array(10 + length + data.byteLength)
  out.set(magic)
  out[6] = 1
  new DataView(out.buffer).setUint16(8, length, true)
  out.set(new TextEncoder().encode(header), 10)
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length)
  return out
}

/** A float32 tensor as a .npy file. */
export function writeTensor(x: Tensor): Uint8Array<ArrayBuffer> {
  return writeNpy({ dims: x.dims, type: 'float32', data: x.data })
}

/** Any .npy array as float32; integers above 2²⁴ and float64 are rounded. */
export function toTensor(array: NpyArray): Tensor {
  if (array.data instanceof Float32Array) return tensor(array.dims, array.data)
  if (array.data instanceof BigInt64Array) return tensor(array.dims, Float32Array.from(array.data, Number))
  return tensor(array.dims, Float32Array.from(array.data))
}

/** Reads a .npy file straight into a float32 tensor. */
export function readTensor(bytes: Uint8Array, name?: string): Tensor {
  return toTensor(readNpy(bytes, name))
}
