import { describe, expect, it } from 'vitest'
import { SaliscopeError } from '../shared/errors.ts'
import { type NpyArray, readNpy, readTensor, toTensor, writeNpy, writeTensor } from './npy.ts'
import { tensor } from './tensor.ts'

/** A file as numpy.save writes it, from its header's dictionary and data. */
function file(dictionary: string, data: Uint8Array): Uint8Array {
  const header = dictionary.padEnd(117, ' ') + '\n'
  const out = new Uint8Array(10 + header.length + data.length)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0])
  out.set(new TextEncoder().encode(header), 10)
  out.set(data, 10 + header.length)
  return out
}

function refusal(bytes: Uint8Array): SaliscopeError {
  try {
    readNpy(bytes, 'x.npy')
  } catch (error) {
    if (error instanceof SaliscopeError) return error
    throw error
  }
  throw new Error('was read')
}

describe('npy', () => {
  const arrays: NpyArray[] = [
    { dims: [2, 3], type: 'float32', data: Float32Array.of(1, -2, 3.5, Number.NaN, 0, 1e30) },
    { dims: [3], type: 'float64', data: Float64Array.of(Math.PI, 0, -1) },
    { dims: [], type: 'int32', data: Int32Array.of(-7) },
    { dims: [2], type: 'int64', data: BigInt64Array.of(-1n, 2n ** 40n) },
    { dims: [0, 4], type: 'uint8', data: new Uint8Array(0) },
    { dims: [4], type: 'bool', data: Uint8Array.of(1, 0, 0, 1) },
  ]
  it.each(arrays)('writes $type and reads it back', (array) => {
    const bytes = writeNpy(array)
    expect((bytes.length - array.data.byteLength) % 64).toBe(0)
    expect(readNpy(bytes)).toEqual(array)
  })

  it('reads from an unaligned view of a larger buffer', () => {
    const bytes = writeTensor(tensor([2], Float32Array.of(5, 6)))
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect([...readTensor(shifted.subarray(3)).data]).toEqual([5, 6])
  })

  it('turns integers into float32', () => {
    expect([...toTensor({ dims: [2], type: 'int64', data: BigInt64Array.of(3n, -4n) }).data]).toEqual([3, -4])
  })

  it('accepts Fortran order where it does not matter', () => {
    const bytes = file("{'descr': '<i4', 'fortran_order': True, 'shape': (1, 2), }", new Uint8Array(8))
    expect(readNpy(bytes).dims).toEqual([1, 2])
  })

  it.each([
    ['not numpy', new Uint8Array(20), /x\.npy is not an \.npy file\./],
    ['big-endian', file("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4)), /big-endian/],
    [
      'complex',
      file("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8)),
      /element type <c8/,
    ],
    [
      'Fortran',
      file("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", new Uint8Array(16)),
      /Fortran order/,
    ],
    [
      'short',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", new Uint8Array(4)),
      /4 bytes of data where its header asks for 8/,
    ],
    [
      'negative',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", new Uint8Array(4)),
      /not a list of whole numbers/,
    ],
    [
      'huge',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999), }", new Uint8Array(4)),
      /announces/,
    ],
  ])('refuses %s in one sentence', (_, bytes, message) => {
    const error = refusal(bytes)
    expect(error.message).toMatch(message)
    expect(error.message.split('. ')).toHaveLength(1)
  })
})
