import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { PlaneFrame } from '../geometry/planes.ts'
import type { ImageLayer, MapLayer, PlaneValues } from '../volume/layers.ts'
import { dropSmallClusters } from './clusters.ts'
import {
  type GreyWindow,
  greyLevels,
  type MapStyle,
  overlayFlat,
  overlayMap,
  paintColour,
  paintGrey,
} from './composite.ts'
import { levelLines } from './contour.ts'
import { extractPlane, type Slab, slabSlices } from './extract.ts'
import { topLevel } from './map-statistics.ts'
import { blockMeans, samplePlane } from './resample.ts'
import { sampleMap } from './sample-map.ts'
import type { ViewWindow } from './view-window.ts'

/** One map to lay over the image. */
export interface MapInput {
  readonly layer: MapLayer
  readonly style: MapStyle
  readonly linear: boolean
  readonly minimumCluster: number
  /** Draws the outline of the strongest part instead of colour. */
  readonly outlinePercent: number | null
  /** No signal: hatching instead of colour. */
  readonly flat: boolean
}

/** Everything a picture of one plane depends on, as plain data. */
export interface SliceInput {
  readonly image: ImageLayer
  readonly frame: PlaneFrame
  readonly slice: number
  readonly slab: Slab
  readonly view: ViewWindow
  readonly window: GreyWindow
  readonly linear: boolean
  readonly maps: readonly MapInput[]
}

/** A value kept for as long as its key stays the same. */
class Kept<T> {
  private key: string | null = null
  private value: T | undefined

  get(key: string, make: (old: T | undefined) => T): T {
    if (key !== this.key) {
      this.value = make(this.value)
      this.key = key
    }
    return this.value as T
  }
}

interface Pixels<A> {
  readonly array: A
  /** Raised when the content changed, so that later stages know. */
  readonly stamp: number
}

let stamps = 0

function viewKey(view: ViewWindow): string {
  return `${view.width}×${view.height}@${view.mmPerPixel}:${view.centre[0]},${view.centre[1]}`
}

/** Whether the voxels of these slices are final; if not, each arrival of voxels is a new picture. */
function revisionOf(image: ImageLayer, frame: PlaneFrame, first: number, last: number): string {
  const needed = frame.axes[2] === 2 ? image.loaded.subarray(first, last + 1) : image.loaded
  return needed.every((v) => v === 1) ? 'here' : String(image.revision)
}

/** The sampled layers of one map: its values at the pixels, and lines of its outline where asked for. */
class MapStage {
  private readonly shown = new Kept<Float32Array>()
  private readonly sampled = new Kept<Pixels<Float32Array>>()
  private readonly lines = new Kept<Float32Array>()

  sample(input: SliceInput, map: MapInput, base: Grid): Pixels<Float32Array> {
    const { style, layer } = map
    const clusters = map.minimumCluster > 1 ? `${map.minimumCluster}/${style.threshold}/${style.signed}` : 'all'
    const data = this.shown.get(`${layer.map.key}|${clusters}`, () =>
      map.minimumCluster > 1
        ? dropSmallClusters(layer.data, layer.grid.dims, style.threshold, style.signed, map.minimumCluster)
        : layer.data,
    )
    const { view, frame, slice } = input
    const key = `${layer.map.key}|${clusters}|${frame.name}|${slice}|${viewKey(view)}|${map.linear}`
    return this.sampled.get(key, (old) => {
      const count = view.width * view.height
      const array = old?.array.length === count ? old.array : new Float32Array(count)
      sampleMap(data, layer.grid, base, frame, slice, view, map.linear, array)
      return { array, stamp: ++stamps }
    })
  }

  outline(map: MapInput, sampled: Pixels<Float32Array>, view: ViewWindow): Float32Array {
    return this.lines.get(`${sampled.stamp}|${map.outlinePercent}`, () => {
      const level = topLevel(map.layer.data, map.outlinePercent ?? 5)
      return levelLines(sampled.array, view.width, view.height, level)
    })
  }
}

/**
 * Draws one plane: extract → sample → window → lay maps over it. Each stage is kept until something it depends on changes,
 * so that a window drag touches no voxel, and peeking or flipping costs one pass over the pixels.
 */
export class SliceRenderer {
  /** The finished picture, RGBA words, width × height of the last input's view. */
  pixels: Uint32Array<ArrayBuffer> = new Uint32Array(0)
  /** Outlines of maps shown as lines, in pixel centres. */
  outlines: { readonly lines: Float32Array; readonly input: MapInput }[] = []
  private readonly planes = [new Kept<PlaneValues>(), new Kept<PlaneValues>(), new Kept<PlaneValues>()]
  private readonly means = [new Kept<PlaneValues>(), new Kept<PlaneValues>(), new Kept<PlaneValues>()]
  private readonly samples = [
    new Kept<Pixels<Float32Array>>(),
    new Kept<Pixels<Float32Array>>(),
    new Kept<Pixels<Float32Array>>(),
  ]
  private readonly greys = [new Kept<Uint8Array>(), new Kept<Uint8Array>(), new Kept<Uint8Array>()]
  private readonly mapStages = new Map<string, MapStage>()

  private grey(input: SliceInput, channel: number): Uint8Array {
    const { image, frame, slice, slab, view, window, linear } = input
    const [first, last] = slabSlices(frame, slice, slab)
    const planeKey = `${image.volume.id}|${frame.name}|${slice}|${first}-${last}|${slab.mode}|${revisionOf(image, frame, first, last)}`
    const plane = this.planes[channel].get(planeKey, () => extractPlane(image, frame, slice, slab, channel))
    const count = view.width * view.height
    const sampled = this.samples[channel].get(`${planeKey}|${viewKey(view)}|${linear}`, (old) => {
      const array = old?.array.length === count ? old.array : new Float32Array(count)
      const means = (fx: number, fy: number) =>
        this.means[channel].get(`${planeKey}|${fx}×${fy}`, () => blockMeans(plane, fx, fy))
      samplePlane(plane, frame, view, linear, array, means)
      return { array, stamp: ++stamps }
    })
    return this.greys[channel].get(`${sampled.stamp}|${window.width}|${window.level}|${window.invert}`, (old) => {
      const grey = old?.length === count ? old : new Uint8Array(count)
      greyLevels(sampled.array, window, grey)
      return grey
    })
  }

  draw(input: SliceInput): void {
    const { view, image } = input
    const count = view.width * view.height
    if (this.pixels.length !== count) this.pixels = new Uint32Array(count)
    if (image.volume.channels === 3) {
      paintColour(this.grey(input, 0), this.grey(input, 1), this.grey(input, 2), this.pixels)
    } else paintGrey(this.grey(input, 0), this.pixels)
    this.outlines = []
    for (const map of input.maps) this.layMap(input, map)
    const wanted = new Set(input.maps.map((m) => m.layer.map.key))
    // A few sampled maps stay, so that flipping back and forth resamples nothing.
    for (const key of this.mapStages.keys()) {
      if (this.mapStages.size <= 4) break
      if (!wanted.has(key)) this.mapStages.delete(key)
    }
  }

  private layMap(input: SliceInput, map: MapInput): void {
    const key = map.layer.map.key
    const stage = this.mapStages.get(key) ?? new MapStage()
    this.mapStages.set(key, stage)
    const sampled = stage.sample(input, map, input.image.volume.grid)
    if (map.flat) overlayFlat(this.pixels, input.view.width, sampled.array)
    else if (map.outlinePercent !== null)
      this.outlines.push({ lines: stage.outline(map, sampled, input.view), input: map })
    else overlayMap(this.pixels, input.view.width, { values: sampled.array, style: map.style })
  }
}
