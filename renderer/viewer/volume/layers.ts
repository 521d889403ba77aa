import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { SaliencyMap } from '../../../main/shared/domain/map.ts'
import type { Volume } from '../../../main/shared/domain/study.ts'
import type { PlaneFrame } from '../geometry/planes.ts'
import type { VoxelArray } from './voxels.ts'

/** The image itself. Voxels arrive in slabs of k; `loaded[k]` tells which slices of the array are true already. */
export interface ImageLayer {
  readonly volume: Volume
  readonly data: VoxelArray
  readonly loaded: Uint8Array
  /** Slices fetched alone before their slab arrived: `axis:index` → stored values in ascending index order of the two other axes. */
  readonly early: Map<string, VoxelArray>
  /** Raised whenever voxels arrived. */
  revision: number
}

/** A saliency map, channel-merged float32, on its own grid. */
export interface MapLayer {
  readonly map: SaliencyMap
  readonly grid: Grid
  readonly data: Float32Array
}

/** Values of one plane: `size[0]` × `size[1]`, first index to the right in index order (not yet mirrored by the frame's signs). */
export interface PlaneValues {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

export function isComplete(layer: ImageLayer): boolean {
  return layer.loaded.every((v) => v === 1)
}

export function realValue(volume: Volume, stored: number): number {
  return stored * volume.slope + volume.intercept
}

/** Strides of the frame's axes in an array with i fastest, channels interleaved. */
export function strides(
  dims: readonly number[],
  frame: Pick<PlaneFrame, 'axes'>,
  channels = 1,
): [number, number, number] {
  const along = [channels, channels * dims[0], channels * dims[0] * dims[1]]
  return [along[frame.axes[0]], along[frame.axes[1]], along[frame.axes[2]]]
}
