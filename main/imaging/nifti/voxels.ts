import type { VoxelArray } from '../image.ts'
import type { NiftiHeader } from './header.ts'

/** Voxels of one volume in the narrowest type of the program that holds them exactly (float64 and large integers become float32). */
export function niftiVoxels(bytes: Buffer, header: NiftiHeader): VoxelArray {
  const size = header.datatype === 128 ? 1 : header.bitsPerVoxel / 8
  const own = aligned(bytes, size, !header.littleEndian)
  const { buffer, byteOffset, byteLength } = own
  const count = Math.floor(byteLength / size)
  switch (header.datatype) {
    case 2:
    case 128:
      return new Uint8Array(buffer, byteOffset, count)
    case 256:
      return Int16Array.from(new Int8Array(buffer, byteOffset, count))
    case 4:
      return new Int16Array(buffer, byteOffset, count)
    case 512:
      return new Uint16Array(buffer, byteOffset, count)
    case 8:
      return new Int32Array(buffer, byteOffset, count)
    case 768:
      return narrowed(new Uint32Array(buffer, byteOffset, count))
    case 16:
      return new Float32Array(buffer, byteOffset, count)
    case 64:
      return Float32Array.from(new Float64Array(buffer, byteOffset, count))
    default:
      return narrowed(longs(own, count, header.datatype === 1280))
  }
}

/** A copy that starts on a multiple of the voxel size, in this machine's byte order. */
function aligned(bytes: Buffer, size: number, swap: boolean): Buffer {
  const copy = Buffer.from(new Uint8Array(bytes).buffer)
  if (swap && size === 2) copy.swap16()
  if (swap && size === 4) copy.swap32()
  if (swap && size === 8) copy.swap64()
  return copy
}

function longs(bytes: Buffer, count: number, unsigned: boolean): Float64Array {
  const out = new Float64Array(count)
  for (let n = 0; n < count; n++) out[n] = Number(unsigned ? bytes.readBigUInt64LE(8 * n) : bytes.readBigInt64LE(8 * n))
  return out
}

function narrowed(values: Uint32Array | Float64Array): Int32Array | Float32Array {
  for (let n = 0; n < values.length; n++)
    if (values[n] > 2147483647 || values[n] < -2147483648) return Float32Array.from(values)
  return Int32Array.from(values)
}
