import type { PlaneFrame } from '../geometry/planes.ts'
import { crackEdges, type Region, smoothEdges } from './contour.ts'
import { extractLabels } from './extract.ts'
import { axisPlacement } from './resample.ts'
import type { ViewWindow } from './view-window.ts'

/** How one segment is drawn; segments without a style are hidden. */
export interface SegmentStyle {
  readonly colour: string
  /** Opacity of the area's tint, 0 for the outline alone. */
  readonly fill: number
  readonly hatched: boolean
  readonly dashed: boolean
}

/** One label volume on the image's grid, with the box outside which it is known to be empty. */
export interface LabelInput {
  readonly id: string
  readonly data: Uint8Array
  readonly dims: readonly number[]
  /** [i0, i1) × [j0, j1) × [k0, k1), or null while empty. */
  readonly bounds: readonly [number, number, number, number, number, number] | null
  readonly styles: readonly (SegmentStyle | undefined)[]
}

/** The part of a plane that a box covers, or null where the slice lies outside it. */
export function regionOf(frame: PlaneFrame, slice: number, bounds: LabelInput['bounds']): Region | null {
  if (!bounds) return null
  const [u, v, n] = frame.axes
  if (slice < bounds[2 * n] || slice >= bounds[2 * n + 1]) return null
  return { u0: bounds[2 * u], u1: bounds[2 * u + 1], v0: bounds[2 * v], v1: bounds[2 * v + 1] }
}

interface Transform {
  readonly sx: number
  readonly ox: number
  readonly sy: number
  readonly oy: number
}

/** Voxel position → canvas pixels along both axes of the screen. */
function transformOf(frame: PlaneFrame, view: ViewWindow): Transform {
  const x = axisPlacement(frame, view, 0)
  const y = axisPlacement(frame, view, 1)
  // Pixel p has its centre at voxel offset + p·step, and at canvas coordinate p + ½.
  return { sx: 1 / x.step, ox: 0.5 - x.offset / x.step, sy: 1 / y.step, oy: 0.5 - y.offset / y.step }
}

function pathOf(lines: Float32Array, t: Transform): Path2D {
  const path = new Path2D()
  for (let at = 0; at < lines.length; at += 4) {
    path.moveTo(lines[at] * t.sx + t.ox, lines[at + 1] * t.sy + t.oy)
    path.lineTo(lines[at + 2] * t.sx + t.ox, lines[at + 3] * t.sy + t.oy)
  }
  return path
}

/** Horizontal runs of one label as rectangles; neighbouring voxels of a row become one rectangle, so fills have no seams. */
function areaOf(labels: Uint8Array, width: number, region: Region, label: number, t: Transform): Path2D {
  const path = new Path2D()
  for (let v = Math.max(0, region.v0); v < region.v1; v++) {
    for (let u = Math.max(0, region.u0); u < region.u1; u++) {
      if (labels[v * width + u] !== label) continue
      const start = u
      while (u < region.u1 && labels[v * width + u] === label) u++
      const x0 = (start - 0.5) * t.sx + t.ox
      const y0 = (v - 0.5) * t.sy + t.oy
      path.rect(x0, y0, (u - start) * t.sx, t.sy)
    }
  }
  return path
}

function hatchPattern(context: CanvasRenderingContext2D, colour: string, ratio: number): CanvasPattern | string {
  const side = Math.round(6 * ratio)
  const tile = new OffscreenCanvas(side, side)
  const pen = tile.getContext('2d')
  if (!pen) return colour
  pen.strokeStyle = colour
  pen.globalAlpha = 0.55
  pen.lineWidth = side * 0.3
  for (const shift of [-side, 0, side]) {
    pen.beginPath()
    pen.moveTo(shift - 1, side + 1)
    pen.lineTo(shift + side + 1, -1)
    pen.stroke()
  }
  return context.createPattern(tile, 'repeat') ?? colour
}

/** Voxels larger than this many device pixels are outlined along their own edges. */
const exactAbove = 5

/**
 * Draws label areas and outlines of one slice over whatever the canvas holds: 1.6 px lines in the segment's colour over a 3.5 px
 * black casing, so that they hold on any map. Only the label's bounding region of this slice is visited.
 */
export class LabelPainter {
  private slice = new Uint8Array(0)

  draw(
    context: CanvasRenderingContext2D,
    frame: PlaneFrame,
    index: number,
    view: ViewWindow,
    inputs: readonly LabelInput[],
    ratio: number,
  ): void {
    const t = transformOf(frame, view)
    for (const input of inputs) {
      const region = regionOf(frame, index, input.bounds)
      if (region) this.drawOne(context, frame, index, input, region, t, ratio)
    }
  }

  private drawOne(
    context: CanvasRenderingContext2D,
    frame: PlaneFrame,
    index: number,
    input: LabelInput,
    region: Region,
    t: Transform,
    ratio: number,
  ): void {
    const [width, height] = frame.size
    if (this.slice.length !== width * height) this.slice = new Uint8Array(width * height)
    extractLabels(input.data, input.dims, frame, index, this.slice)
    const exact = Math.min(Math.abs(t.sx), Math.abs(t.sy)) >= exactAbove * ratio
    const outlines = (exact ? crackEdges : smoothEdges)(this.slice, width, height, region)
    context.lineCap = 'round'
    for (const [label, lines] of outlines) {
      const style = input.styles[label]
      if (!style) continue
      if (style.fill > 0 || style.hatched) {
        const area = areaOf(this.slice, width, region, label, t)
        context.globalAlpha = style.hatched ? 1 : style.fill
        context.fillStyle = style.hatched ? hatchPattern(context, style.colour, ratio) : style.colour
        context.fill(area)
        context.globalAlpha = 1
      }
      const path = pathOf(lines, t)
      context.setLineDash(style.dashed ? [5 * ratio, 4 * ratio] : [])
      context.strokeStyle = 'rgb(0 0 0 / 0.62)'
      context.lineWidth = 3.5 * ratio
      context.stroke(path)
      context.strokeStyle = style.colour
      context.lineWidth = 1.6 * ratio
      context.stroke(path)
    }
    context.setLineDash([])
  }
}

/** Strokes the outline of a map's strongest part, given in pixel centres, over a black casing. */
export function strokeLines(
  context: CanvasRenderingContext2D,
  lines: Float32Array,
  colour: string,
  ratio: number,
): void {
  const path = pathOf(lines, { sx: 1, ox: 0.5, sy: 1, oy: 0.5 })
  context.lineCap = 'round'
  context.strokeStyle = 'rgb(0 0 0 / 0.62)'
  context.lineWidth = 3.5 * ratio
  context.stroke(path)
  context.strokeStyle = colour
  context.lineWidth = 1.6 * ratio
  context.stroke(path)
}
