import type { PlaneFrame } from '../geometry/planes.ts'
import { planeExtent } from '../geometry/planes.ts'

/** What part of a plane a picture of `width`×`height` device pixels shows. */
export interface ViewWindow {
  readonly width: number
  readonly height: number
  /** Millimetres per device pixel (pixels of the picture where there is no scale). */
  readonly mmPerPixel: number
  /** Plane coordinates (a, b) in mm of the picture's centre. */
  readonly centre: readonly [number, number]
}

/** The plane position of a pixel's centre. */
export function pixelToPlane(view: ViewWindow, x: number, y: number): [number, number] {
  return [
    view.centre[0] + (x + 0.5 - view.width / 2) * view.mmPerPixel,
    view.centre[1] + (y + 0.5 - view.height / 2) * view.mmPerPixel,
  ]
}

/** Where a plane position lies in the picture, in device pixels from its top left corner (not the first pixel's centre). */
export function planeToPixel(view: ViewWindow, a: number, b: number): [number, number] {
  return [
    (a - view.centre[0]) / view.mmPerPixel + view.width / 2,
    (b - view.centre[1]) / view.mmPerPixel + view.height / 2,
  ]
}

/** Scale and centre that show the whole plane with a margin of 2 %. */
export function fitWindow(frame: PlaneFrame, width: number, height: number): Pick<ViewWindow, 'mmPerPixel' | 'centre'> {
  const extent = planeExtent(frame)
  const mmPerPixel = Math.max(extent.width / Math.max(1, width), extent.height / Math.max(1, height)) * 1.02
  return { mmPerPixel, centre: [extent.a0 + extent.width / 2, extent.b0 + extent.height / 2] }
}
