import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf } from '../tensor/tensor.ts'
import { readExternal } from './external-data.ts'
import { bfloat16ToFloat, float16ToFloat, floatToBfloat16, floatToFloat16 } from './half.ts'
import type { ConstantTensor, ElementType } from './model.ts'

/** Bits per element; texts have no fixed size. */
export const bitsPerElement: Readonly<Record<ElementType, number>> = {
  float: 32,
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  int32: 32,
  int64: 64,
  string: 0,
  bool: 8,
  float16: 16,
  double: 64,
  uint32: 32,
  uint64: 64,
  bfloat16: 16,
  float8e4m3fn: 8,
  float8e4m3fnuz: 8,
  float8e5m2: 8,
  float8e5m2fnuz: 8,
  uint4: 4,
  int4: 4,
}

/** Bytes that a tensor of this type and shape occupies; two 4-bit values share a byte. */
export function byteLengthOf(type: ElementType, dims: readonly number[]): number {
  return Math.ceil((sizeOf(dims) * bitsPerElement[type]) / 8)
}

/** Largest and smallest double inside the range of int64; exporters write 2^63 − 1 for "to the end". */
const largestInt64 = 2 ** 63 - 1024
const smallestInt64 = -(2 ** 63)

/** A value as int64, what lies outside its range brought to its ends. */
export function toInt64(value: number): bigint {
  return BigInt(Math.min(Math.max(Math.trunc(value), smallestInt64), largestInt64))
}

type Values = ArrayLike<number>

function encodeNumbers(type: ElementType, values: Values): Uint8Array {
  const view = (array: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  switch (type) {
    case 'float':
      return view(values instanceof Float32Array ? values : Float32Array.from(values))
    case 'double':
      return view(values instanceof Float64Array ? values : Float64Array.from(values))
    case 'int64':
    case 'uint64':
      return view(BigInt64Array.from(Array.from(values, toInt64)))
    case 'int32':
      return view(Int32Array.from(values))
    case 'uint32':
      return view(Uint32Array.from(values))
    case 'int16':
      return view(Int16Array.from(values))
    case 'uint16':
      return view(Uint16Array.from(values))
    case 'int8':
      return view(Int8Array.from(values))
    case 'uint8':
    case 'bool':
      return view(Uint8Array.from(values))
    case 'float16':
      return view(Uint16Array.from(values, floatToFloat16))
    case 'bfloat16':
      return view(Uint16Array.from(values, floatToBfloat16))
    default:
      throw new SaliscopeError(
        'graph.constant',
        `Constants of type ${type} cannot be made; use a type of at least 8 bits.`,
      )
  }
}

/**
 * A constant from plain numbers. A Float32Array given for 'float' is kept as a view, never copied.
 * errors  graph.constant: the number of values is not the product of dims, or the type is text or below 8 bits
 */
export function makeConstant(name: string, type: ElementType, dims: readonly number[], values: Values): ConstantTensor {
  if (values.length !== sizeOf(dims)) {
    throw new SaliscopeError(
      'graph.constant',
      `The constant "${name}" of shape [${dims.join(', ')}] needs ${sizeOf(dims)} values and was given ${values.length}.`,
      { name },
    )
  }
  return { name, type, dims: [...dims], source: { kind: 'bytes', bytes: encodeNumbers(type, values) } }
}

/** The bytes of a constant, read from the file beside the model where they lie there. */
export function constantBytes(constant: ConstantTensor, directory: string | null): Uint8Array {
  return constant.source.kind === 'bytes'
    ? constant.source.bytes
    : readExternal(constant.name, constant.source, directory)
}

interface ArrayMaker<T> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T
}

/** A view where the bytes are aligned for the element size, else one aligned copy. */
function typed<T>(Maker: ArrayMaker<T>, bytes: Uint8Array): T {
  const unit = Maker.BYTES_PER_ELEMENT
  const whole = bytes.byteOffset % unit === 0 ? bytes : new Uint8Array(bytes)
  return new Maker(whole.buffer, whole.byteOffset, Math.floor(whole.byteLength / unit))
}

function fourBit(bytes: Uint8Array, count: number, signed: boolean): Int8Array {
  const values = new Int8Array(count)
  for (let i = 0; i < count; i++) {
    const nibble = (bytes[i >> 1] >> (4 * (i & 1))) & 15
    values[i] = signed && nibble > 7 ? nibble - 16 : nibble
  }
  return values
}

/**
 * The values of a constant as numbers (int64 rounded to the nearest double beyond 2^53), C order. Float constants come
 * as a view on the file's bytes where these are aligned: do not write into the result.
 * errors  graph.constant: texts and 8-bit floats have no numbers here; graph.external-data as readExternal
 */
export function numbersOf(constant: ConstantTensor, directory: string | null = null): ArrayLike<number> {
  const bytes = constantBytes(constant, directory)
  switch (constant.type) {
    case 'float':
      return typed(Float32Array, bytes)
    case 'double':
      return typed(Float64Array, bytes)
    case 'int64':
      return Float64Array.from(typed(BigInt64Array, bytes), Number)
    case 'uint64':
      return Float64Array.from(typed(BigUint64Array, bytes), Number)
    case 'int32':
      return typed(Int32Array, bytes)
    case 'uint32':
      return typed(Uint32Array, bytes)
    case 'int16':
      return typed(Int16Array, bytes)
    case 'uint16':
      return typed(Uint16Array, bytes)
    case 'int8':
      return typed(Int8Array, bytes)
    case 'uint8':
    case 'bool':
      return bytes
    case 'float16':
      return Float32Array.from(typed(Uint16Array, bytes), float16ToFloat)
    case 'bfloat16':
      return Float32Array.from(typed(Uint16Array, bytes), bfloat16ToFloat)
    case 'int4':
    case 'uint4':
      return fourBit(bytes, sizeOf(constant.dims), constant.type === 'int4')
    default:
      throw new SaliscopeError(
        'graph.constant',
        `The constant "${constant.name}" has type ${constant.type}, whose values cannot be computed with; export the model with float weights.`,
        { name: constant.name, type: constant.type },
      )
  }
}

/** The values as float32, without a copy for an aligned float constant. */
export function floatsOf(constant: ConstantTensor, directory: string | null = null): Float32Array {
  const values = numbersOf(constant, directory)
  return values instanceof Float32Array ? values : Float32Array.from(values)
}

/** The values of a small integer constant (axes, shapes, pads) as a plain list. */
export function integersOf(constant: ConstantTensor, directory: string | null = null): number[] {
  return Array.from(numbersOf(constant, directory))
}
