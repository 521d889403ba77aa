import type { Finding } from '../shared/domain/finding.ts'
import type { Grid } from '../shared/domain/geometry.ts'
import type { Segment } from '../shared/domain/mask.ts'
import type { VolumeType, Window } from '../shared/domain/study.ts'

export type VoxelArray = Uint8Array | Int16Array | Uint16Array | Int32Array | Float32Array

/** Where an image came from: one entry per file that was read. */
export interface SourceFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** DICOM only. */
  readonly sopInstance: string | null
}

/** One image ready for the project: everything a `Volume` holds but its ids, and the voxels in the program's order. */
export interface ImportedImage {
  readonly name: string
  readonly grid: Grid
  readonly channels: 1 | 3
  readonly type: VolumeType
  readonly slope: number
  readonly intercept: number
  readonly unit: string
  readonly modality: string
  /** After slope and intercept, over finite voxels that are not padding. */
  readonly range: readonly [number, number]
  readonly windows: readonly Window[]
  readonly frameOfReference: string | null
  /** SHA-256 of the voxel bytes, little-endian. */
  readonly sha256: string
  readonly bytes: number
  readonly findings: readonly Finding[]
  /** i fastest, then j, then k; three interleaved channels for colour. */
  readonly voxels: VoxelArray
  /** Stored values that mean "no value", inclusive; null when every voxel counts. */
  readonly padding: readonly [number, number] | null
  /** MONOCHROME1: low values are bright. Voxels are as stored; only the display inverts. */
  readonly displayInverted: boolean
  /** Text may be part of the picture: ask before exporting. */
  readonly mayShowText: boolean
  /** Masks: what each value means, where the file says so. */
  readonly segments: readonly Segment[]
  readonly sources: readonly SourceFile[]
  readonly identity: ImageIdentity
}

/** Who and what the image shows, as the files say; de-identified before it is stored unless the user switched that off. */
export interface ImageIdentity {
  readonly patientId: string
  readonly patientName: string
  readonly studyUid: string
  readonly seriesUid: string
  readonly studyDate: string | null
  readonly studyDescription: string
  readonly seriesDescription: string
  readonly seriesNumber: number | null
}

/** Of a file that names nobody. */
export const anonymous = (seriesDescription: string): ImageIdentity => ({
  patientId: '',
  patientName: '',
  studyUid: '',
  seriesUid: '',
  studyDate: null,
  studyDescription: '',
  seriesDescription,
  seriesNumber: null,
})

export function typeOf(voxels: VoxelArray): VolumeType {
  if (voxels instanceof Uint8Array) return 'uint8'
  if (voxels instanceof Int16Array) return 'int16'
  if (voxels instanceof Uint16Array) return 'uint16'
  return voxels instanceof Int32Array ? 'int32' : 'float32'
}

/** Smallest and largest of stored·slope + intercept over finite, unpadded voxels; [0, 0] when there are none. */
export function valueRange(
  voxels: VoxelArray,
  slope: number,
  intercept: number,
  padding: readonly [number, number] | null,
): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  const [from, to] = padding ?? [1, 0]
  for (let n = 0; n < voxels.length; n++) {
    const value = voxels[n]
    if (value >= from && value <= to) continue
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value
  }
  if (low > high) return [0, 0]
  const ends = [low * slope + intercept, high * slope + intercept]
  return [Math.min(...ends), Math.max(...ends)]
}

export function bytesOf(voxels: VoxelArray): Uint8Array {
  return new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength)
}
