import { SaliscopeError } from '../shared/errors.ts'
import { bitsPerElement, byteLengthOf, makeConstant, numbersOf } from './constants.ts'
import { checkExternal } from './external-data.ts'
import type { ConstantTensor, ElementType, TensorSource } from './model.ts'
import { elementTypes, type Integer64, type SparseTensorMessage, type TensorMessage } from './schema.ts'

/** A protobuf integer as a number; beyond 2^53 the nearest double. */
export function toNumber(value: Integer64 | undefined): number {
  if (value === undefined) return 0
  return typeof value === 'number' ? value : value.toNumber()
}

/** Name of a TensorProto.DataType, or null when this program does not know it. */
export function elementType(dataType: number | undefined): ElementType | null {
  return elementTypes[dataType ?? 0] ?? null
}

function refuse(name: string, why: string): never {
  throw new SaliscopeError(
    'graph.constant',
    `The constant "${name || '(no name)'}" ${why}; the file is malformed, export it again.`,
    {
      tensor: name,
    },
  )
}

function checkedDims(name: string, dims: readonly Integer64[]): number[] {
  const values = dims.map(toNumber)
  let size = 1
  for (const dim of values) {
    if (!Number.isSafeInteger(dim) || dim < 0) refuse(name, `has the size ${dim} in its shape [${values.join(', ')}]`)
    size *= dim
  }
  if (!Number.isSafeInteger(size * 8))
    refuse(name, `has the shape [${values.join(', ')}], more elements than any memory holds`)
  return values
}

function exactInt64s(values: readonly Integer64[]): Uint8Array {
  const exact = BigInt64Array.from(values, (v) =>
    typeof v === 'number' ? BigInt(v) : (BigInt(v.high) << 32n) | BigInt(v.low >>> 0),
  )
  return new Uint8Array(exact.buffer)
}

/** The typed fields (float_data, int32_data, …) converted once to the raw form. */
function fromTypedFields(message: TensorMessage, name: string, type: ElementType, dims: readonly number[]): Uint8Array {
  const bytesOf = (values: readonly number[], as: ElementType): Uint8Array => {
    const made = makeConstant(name, as, [values.length], values)
    return made.source.kind === 'bytes' ? made.source.bytes : refuse(name, 'has no bytes')
  }
  switch (type) {
    case 'float':
      return bytesOf(message.floatData ?? [], 'float')
    case 'double':
      return bytesOf(message.doubleData ?? [], 'double')
    case 'int64':
      return exactInt64s(message.int64Data ?? [])
    case 'uint32':
      return bytesOf((message.uint64Data ?? []).map(toNumber), 'uint32')
    case 'uint64':
      return exactInt64s(message.uint64Data ?? [])
    case 'int32':
      return bytesOf(message.int32Data ?? [], 'int32')
    default: {
      // int32_data holds one value per number for the small types; half floats are stored as their bits, 4-bit pairs as one byte.
      const bits = bitsPerElement[type]
      const values = message.int32Data ?? []
      if (bits === 4 && values.length > byteLengthOf(type, dims)) refuse(name, 'has too many 4-bit values')
      return bits === 16
        ? bytesOf(
            values.map((v) => v & 0xffff),
            'uint16',
          )
        : bytesOf(
            values.map((v) => v & 0xff),
            'uint8',
          )
    }
  }
}

function externalSource(
  message: TensorMessage,
  name: string,
  expected: number,
  directory: string | null,
): TensorSource {
  const entries = new Map((message.externalData ?? []).map((e) => [e.key ?? '', e.value ?? '']))
  const location = entries.get('location')
  const offset = Number(entries.get('offset') ?? 0)
  const length = Number(entries.get('length') ?? expected)
  const source = { kind: 'external' as const, location: location ?? '', offset, length }
  checkExternal(name, source, directory)
  if (length !== expected) refuse(name, `needs ${expected} bytes for its shape while its external data have ${length}`)
  return source
}

/**
 * A TensorProto as a constant: raw bytes stay a view on the file, typed fields are converted once, external data stay a
 * checked reference.
 *
 * errors  graph.constant: unknown type, texts, impossible shape, or data of another size than the shape;
 *         graph.external-data as checkExternal
 */
export function readTensor(message: TensorMessage, directory: string | null): ConstantTensor {
  const name = message.name ?? ''
  const type = elementType(message.dataType)
  if (type === null)
    refuse(name, `has the element type number ${message.dataType ?? 0}, which is no type of numbers this program knows`)
  const dims = checkedDims(name, message.dims ?? [])
  if (type === 'string') {
    throw new SaliscopeError(
      'graph.constant',
      `The constant "${name || '(no name)'}" holds texts, and no map can be computed through texts; cut the text part off and export the network alone.`,
      { tensor: name },
    )
  }
  const expected = byteLengthOf(type, dims)
  if (message.dataLocation === 1)
    return { name, type, dims, source: externalSource(message, name, expected, directory) }
  const raw = message.rawData ?? new Uint8Array(0)
  const bytes = raw.length > 0 ? raw : fromTypedFields(message, name, type, dims)
  if (bytes.byteLength !== expected) {
    refuse(name, `of shape [${dims.join(', ')}] needs ${expected} bytes and has ${bytes.byteLength}`)
  }
  return { name, type, dims, source: { kind: 'bytes', bytes } }
}

/** A sparse tensor written out densely: `indices` are linear [n] or coordinates [n, rank]. */
export function readSparseTensor(message: SparseTensorMessage, directory: string | null): ConstantTensor {
  if (!message.values || !message.indices) refuse('', 'is sparse and lacks its values or indices')
  const values = readTensor(message.values, directory)
  const indices = readTensor(message.indices, directory)
  const dims = checkedDims(values.name, message.dims ?? [])
  const size = dims.reduce((a, b) => a * b, 1)
  if (size > 2 ** 28) refuse(values.name, `is sparse with ${size} elements, more than can be written out`)
  const dense = new Float64Array(size)
  const numbers = numbersOf(values, directory)
  const places = numbersOf(indices, directory)
  const rank = indices.dims.length === 2 ? dims.length : 1
  for (let i = 0; i < numbers.length; i++) {
    let place = 0
    for (let axis = 0; axis < rank; axis++) place = (rank === 1 ? 0 : place * dims[axis]) + places[i * rank + axis]
    if (!(place >= 0 && place < size))
      refuse(values.name, `is sparse with an index outside its shape [${dims.join(', ')}]`)
    dense[place] = numbers[i]
  }
  return makeConstant(values.name, values.type, dims, dense)
}
