import type { PlaneFrame } from '../geometry/planes.ts'
import type { ImageLayer } from '../volume/layers.ts'
import { extractPlane } from './extract.ts'
import { axisPlacement } from './resample.ts'
import type { ViewWindow } from './view-window.ts'

/** Range of values that may be painted on, in the image's unit. */
export type ValueRange = readonly [low: number, high: number]

/** For every voxel of a slice whether its value lies in the range (1) or not (0); voxels that have not arrived do not. */
export function inRangeSlice(
  layer: ImageLayer,
  frame: PlaneFrame,
  slice: number,
  [low, high]: ValueRange,
): { readonly inside: Uint8Array; readonly share: number } {
  const { values } = extractPlane(layer, frame, slice, { mode: 'off', thicknessMm: 0 })
  const inside = new Uint8Array(values.length)
  let count = 0
  for (let p = 0; p < values.length; p++) {
    if (!(values[p] >= low && values[p] <= high)) continue
    inside[p] = 1
    count++
  }
  return { inside, share: count / values.length }
}

/** Light grey at a third: a tint, not a colour, so that it is not taken for data. Little-endian RGBA. */
const tint = 0x5cd9d9d9

/**
 * Shows live where the range of values lets tools paint: a grey tint over every voxel in range, at the voxel's own edges.
 * The tint of a slice is made once and kept until slice, range or image change.
 */
export class RangeTint {
  private tile: OffscreenCanvas | null = null
  private key = ''

  draw(
    context: CanvasRenderingContext2D,
    layer: ImageLayer,
    frame: PlaneFrame,
    slice: number,
    range: ValueRange,
    view: ViewWindow,
  ): void {
    const key = [frame.name, slice, range[0], range[1], layer.revision].join(' ')
    if (this.key !== key || this.tile === null) {
      this.tile = this.make(layer, frame, slice, range)
      this.key = key
    }
    const x = axisPlacement(frame, view, 0)
    const y = axisPlacement(frame, view, 1)
    context.save()
    context.imageSmoothingEnabled = false
    // Voxel centre p lies at pixel (p − offset)/step + ½; negative steps mirror the tile.
    context.setTransform(1 / x.step, 0, 0, 1 / y.step, 0.5 - x.offset / x.step, 0.5 - y.offset / y.step)
    context.drawImage(this.tile, -0.5, -0.5)
    context.restore()
  }

  private make(layer: ImageLayer, frame: PlaneFrame, slice: number, range: ValueRange): OffscreenCanvas {
    const [width, height] = frame.size
    const { inside } = inRangeSlice(layer, frame, slice, range)
    const pixels = new Uint32Array(width * height)
    for (let p = 0; p < pixels.length; p++) if (inside[p] === 1) pixels[p] = tint
    const tile = new OffscreenCanvas(width, height)
    tile.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0)
    return tile
  }
}
