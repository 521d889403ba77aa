import { brushShape, connectedShape } from '../mask/brush.ts'
import type { MaskDocument } from '../mask/document.ts'
import { outlineShape, thinned } from '../mask/polygon.ts'
import { slabSlices } from '../slice/extract.ts'
import type { CaseState } from '../store.ts'
import { frameOf } from '../viewport/view-input.ts'
import { activeDocument, drawableDocument, type StrokeValue, strokeValue, tellNothing } from './stroke.ts'
import { type Drag, type Place, placeOf, type ViewTarget } from './view-target.ts'

/** The brush's footprint between two pointer positions, cut to what hangs together with its centre where that is asked for. */
function footprint(document: MaskDocument, state: CaseState, stroke: StrokeValue, from: Place, to: Place) {
  const { radiusMm, shape, connected } = state.brush
  const axis = from.geometry.frame.axes[2] as 0 | 1 | 2
  const drag = { from: from.index, to: to.index }
  const swept = brushShape(document.dims, document.spacing, drag, radiusMm, shape === 'sphere' ? null : axis)
  const { range } = stroke.rules
  if (!connected || range === null || stroke.erase) return swept
  const inRange = (offset: number) => {
    const image = document.imageValue?.(offset) ?? Number.NaN
    return image >= range[0] && image <= range[1]
  }
  return connectedShape(document.dims, swept, [to.index[0], to.index[1], to.index[2]], inRange)
}

export function brushDrag(target: ViewTarget, start: PointerEvent): Drag | null {
  const document = drawableDocument(target)
  if (!document) return null
  const { store } = target.session
  let last = placeOf(target, start)
  const first = strokeValue(store.getState())
  const name = `${first.erase ? 'Eraser' : 'Brush'}, slice ${last.geometry.slice + 1}`
  document.begin(name, first.erase ? 'eraser' : 'brush')
  const stamp = (to: Place) => {
    const state = store.getState()
    const stroke = strokeValue(state)
    document.paint(stroke.value, stroke.rules, footprint(document, state, stroke, last, to))
    last = to
  }
  stamp(last)
  return {
    move: (event) => {
      // All positions since the last frame, so that a fast curve stays a curve.
      const samples = event.getCoalescedEvents?.() ?? []
      for (const sample of samples.length > 0 ? samples : [event]) stamp(placeOf(target, sample))
    },
    end: () => tellNothing(target, document.commit(), first),
    cancel: () => document.cancel(),
  }
}

/** Voxel coordinates along the two in-plane index axes. */
export function inPlane(place: Place): [number, number] {
  const { axes } = place.geometry.frame
  return [place.index[axes[0]], place.index[axes[1]]]
}

/** Slices [first, last] a finished outline reaches. */
function outlineSlices(state: CaseState, plane: ViewTarget['plane'], slice: number): [number, number] {
  const frame = frameOf(state, plane)
  const { extent, slabMm } = state.outlineSettings
  if (extent === 'all') return [0, frame.size[2] - 1]
  return slabSlices(frame, slice, { mode: extent === 'slab' ? 'mean' : 'off', thicknessMm: slabMm })
}

/** Fills (or with X held, clears) inside or outside of a finished outline, on its slice, a slab or through all. */
export function finishOutline(target: Pick<ViewTarget, 'session'>): void {
  const { store } = target.session
  const state = store.getState()
  const { outline } = state
  const document = activeDocument(target)
  store.setState({ outline: null })
  if (!outline || !document || outline.points.length < 3) return
  const stroke = strokeValue({ ...state, tool: 'brush' })
  const [first, last] = outlineSlices(state, outline.plane, outline.slice)
  const outside = state.outlineSettings.side === 'outside'
  const { axes } = frameOf(state, outline.plane)
  const shape = outlineShape(document.dims, axes, thinned(outline.points), { first, last }, outside)
  const name = `${stroke.erase ? 'Cut' : 'Fill'} ${outside ? 'outside outline' : 'outline'}`
  const where = first === last ? `slice ${first + 1}` : `slices ${first + 1} to ${last + 1}`
  tellNothing(target, document.apply(`${name}, ${where}`, 'polygon', stroke.value, stroke.rules, shape), stroke)
}

export function freehandDrag(target: ViewTarget, start: PointerEvent): Drag | null {
  if (!drawableDocument(target)) return null
  const { store } = target.session
  const place = placeOf(target, start)
  const { slice } = place.geometry
  const points: [number, number][] = [inPlane(place)]
  store.setState({ outline: { plane: target.plane, slice, points: [...points] } })
  return {
    move: (event) => {
      const samples = event.getCoalescedEvents?.() ?? []
      for (const sample of samples.length > 0 ? samples : [event]) points.push(inPlane(placeOf(target, sample)))
      store.setState({ outline: { plane: target.plane, slice, points: [...points] } })
    },
    end: () => finishOutline(target),
    cancel: () => store.setState({ outline: null }),
  }
}

/** Each click adds a corner; a click near the first corner (8 px), or a double click, closes the outline. */
export function polygonClick(target: ViewTarget, event: PointerEvent): void {
  if (!drawableDocument(target)) return
  const { store } = target.session
  const place = placeOf(target, event)
  const { frame, slice, view } = place.geometry
  const { outline } = store.getState()
  const point = inPlane(place)
  if (!outline || outline.plane !== target.plane || outline.slice !== slice) {
    store.setState({ outline: { plane: target.plane, slice, points: [point] } })
    return
  }
  const [u, v] = outline.points[0]
  const pixels = Math.hypot((point[0] - u) * frame.spacing[0], (point[1] - v) * frame.spacing[1]) / view.mmPerPixel
  if (outline.points.length >= 3 && (pixels < 8 || event.detail > 1)) finishOutline(target)
  else store.setState({ outline: { ...outline, points: [...outline.points, point] } })
}
