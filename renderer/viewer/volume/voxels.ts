import type { VolumeType } from '../../../main/shared/domain/study.ts'

export type VoxelArray = Uint8Array | Int16Array | Uint16Array | Int32Array | Float32Array

const constructors = {
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
} satisfies Record<VolumeType, unknown>

/** An array of the stored type, from a count of values or over a little-endian body. */
export function voxelArray(type: VolumeType, from: number | ArrayBuffer): VoxelArray {
  const make = constructors[type]
  return typeof from === 'number' ? new make(from) : new make(from)
}

export function bytesPerVoxel(type: VolumeType): number {
  return constructors[type].BYTES_PER_ELEMENT
}
