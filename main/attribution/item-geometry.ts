import type { InputDescription } from '../inference/model-under-study.ts'
import { sizeOf } from '../tensor/tensor.ts'

/** How one item of the input is laid out: which values belong to which position and channel. */
export interface ItemGeometry {
  readonly itemDims: readonly number[]
  /** Values of one item. */
  readonly size: number
  /** The item's dims without the channel axis, in order. */
  readonly spatialDims: readonly number[]
  /** Positions of one item; size = positions · channels. */
  readonly positions: number
  readonly channels: number
  readonly channelAxis: number | null
  /** Axes within itemDims that are spatial. */
  readonly spatialAxes: readonly number[]
  /** Where the value of (position, channel) lies within the item. */
  offset(position: number, channel: number): number
}

/** Geometry of an input: channels may come first, last, in between or not at all. */
export function itemGeometry(input: Pick<InputDescription, 'itemDims' | 'channelAxis'>): ItemGeometry {
  const { itemDims, channelAxis } = input
  const channels = channelAxis === null ? 1 : itemDims[channelAxis]
  const inner = channelAxis === null ? 1 : sizeOf(itemDims.slice(channelAxis + 1))
  const spatialAxes = itemDims.map((_, axis) => axis).filter((axis) => axis !== channelAxis)
  const size = sizeOf(itemDims)
  return {
    itemDims,
    size,
    spatialDims: spatialAxes.map((axis) => itemDims[axis]),
    positions: size / Math.max(1, channels),
    channels,
    channelAxis,
    spatialAxes,
    offset: (position, channel) => (Math.floor(position / inner) * channels + channel) * inner + (position % inner),
  }
}

/** offset(p, c) for all p of one channel, ready for inner loops. */
export function channelOffsets(geometry: ItemGeometry, channel: number): Int32Array {
  const out = new Int32Array(geometry.positions)
  for (let p = 0; p < out.length; p++) out[p] = geometry.offset(p, channel)
  return out
}
