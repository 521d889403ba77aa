import type { CaseSession } from './case-session.ts'
import { containingVoxel, type PatientPointMm, patientToIndex, voxelOffset } from './geometry/affine.ts'
import { realValue } from './volume/layers.ts'

/** Values under a point, from the original voxels of every layer, never from resampled or displayed ones. */
export interface Probe {
  readonly point: PatientPointMm
  /** The image's voxel, or null outside it. */
  readonly voxel: readonly [number, number, number] | null
  /** One value per channel; null outside the image or where it has not arrived. */
  readonly image: readonly number[] | null
  readonly maps: readonly { readonly key: string; readonly value: number | null }[]
  readonly labels: readonly {
    readonly maskId: string
    readonly segment: number
    readonly name: string
    readonly colour: string
    readonly reader: string
  }[]
}

/** The map voxel that contains a point; null outside the map. */
export function mapValueAt(session: CaseSession, key: string, point: PatientPointMm): number | null {
  const layer = session.maps.get(key)
  const voxel = layer ? containingVoxel(layer.grid, patientToIndex(layer.grid, point)) : null
  return layer && voxel ? layer.data[voxelOffset(layer.grid.dims, voxel)] : null
}

/** Reads every shown layer at a point. */
export function probeAt(session: CaseSession, point: PatientPointMm): Probe {
  const { layer } = session.image
  const { volume } = layer
  const state = session.store.getState()
  const voxel = containingVoxel(volume.grid, patientToIndex(volume.grid, point))
  const offset = voxel ? voxelOffset(volume.grid.dims, voxel) : -1
  const here = voxel !== null && layer.loaded[voxel[2]] === 1
  const channels = Array.from({ length: volume.channels }, (_, c) =>
    realValue(volume, layer.data[offset * volume.channels + c]),
  )
  const labels = state.masks.flatMap((id) => {
    const document = session.masks.get(id)?.document
    const value = document && voxel && state.maskShown[id]?.visible ? document.data[offset] : 0
    const segment = value ? document?.segment(value) : undefined
    return document && segment
      ? [{ maskId: id, segment: value, name: segment.name, colour: segment.colour, reader: document.reader }]
      : []
  })
  return {
    point,
    voxel,
    image: here ? channels : null,
    maps: state.maps
      .filter((key) => state.overlays[key]?.visible)
      .map((key) => ({ key, value: mapValueAt(session, key, point) })),
    labels,
  }
}
