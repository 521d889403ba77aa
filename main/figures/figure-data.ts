import type { Grid } from '../shared/domain/geometry.ts'
import type { SaliencyMap } from '../shared/domain/map.ts'
import type { Volume } from '../shared/domain/study.ts'
import type { Field } from './sample-plane.ts'

/** What a figure is drawn from, already read from the project: a figure is a function of these and knows nothing of where they lie. */
export interface FigureData {
  readonly images: ReadonlyMap<string, FigureImage>
  readonly maps: ReadonlyMap<string, FigureMap>
  /** By `${maskId} ${version} ${segment}`. */
  readonly masks: ReadonlyMap<string, FigureMask>
  readonly modelNames: ReadonlyMap<string, string>
  readonly methodTitles: ReadonlyMap<string, string>
}

export interface FigureImage {
  readonly caseCode: string
  readonly volume: Volume
  /** One field, or three for colour. */
  readonly channels: readonly Field[]
}

export interface FigureMap {
  readonly map: SaliencyMap
  readonly grid: Grid
  readonly field: Field
  readonly targetName: string
}

export interface FigureMask {
  readonly grid: Grid
  /** 1 inside the segment, 0 outside. */
  readonly field: Field
  readonly segmentName: string
  readonly colour: string
  readonly reader: string
}

/** Stored voxels as values after slope and intercept. */
export function voxelField(volume: Volume, data: ArrayLike<number>, channel = 0): Field {
  const { slope, intercept, channels } = volume
  return { dims: volume.grid.dims, at: (index) => data[index * channels + channel] * slope + intercept }
}

export const arrayField = (dims: readonly [number, number, number], data: ArrayLike<number>): Field => ({
  dims,
  at: (index) => data[index],
})

export const segmentField = (dims: readonly [number, number, number], labels: Uint8Array, value: number): Field => ({
  dims,
  at: (index) => (labels[index] === value ? 1 : 0),
})
