import { containingVoxel, voxelOffset } from '../geometry/affine.ts'
import { brushShape, connectedShape } from '../mask/brush.ts'
import type { MaskDocument } from '../mask/document.ts'
import type { MaskingRules } from '../mask/masking.ts'
import { fillHoles, fillRegion, pickIsland } from '../mask/operations.ts'
import { outlineShape, thinned } from '../mask/polygon.ts'
import type { CaseState } from '../store.ts'
import { type Drag, type Place, placeOf, type ViewTarget } from './view-target.ts'

/** The document tools write into, or null while none is chosen. */
export function activeDocument(target: Pick<ViewTarget, 'session'>): MaskDocument | null {
  const { activeMask } = target.session.store.getState()
  return activeMask === null ? null : (target.session.masks.get(activeMask)?.document ?? null)
}

/** Paint or erase: the tool, turned round while X is held. Erasing touches the active segment only, unless every segment may be overwritten. */
function strokeValue(state: CaseState): { value: number; rules: MaskingRules; erase: boolean } {
  const erase = (state.tool === 'eraser') !== state.inverted
  if (!erase) return { value: state.activeSegment, rules: state.masking, erase }
  const rules: MaskingRules = {
    ...state.masking,
    area: 'inside-segment',
    areaSegment: state.activeSegment,
    overwrite: 'all',
    range: null,
  }
  return { value: 0, rules, erase }
}

export function brushDrag(target: ViewTarget, start: PointerEvent): Drag | null {
  const document = activeDocument(target)
  if (!document) return null
  const { store } = target.session
  const place = placeOf(target, start)
  const axis = place.geometry.frame.axes[2] as 0 | 1 | 2
  const { erase } = strokeValue(store.getState())
  document.begin(`${erase ? 'Eraser' : 'Brush'}, slice ${place.geometry.slice + 1}`, erase ? 'eraser' : 'brush')
  let last = place.index
  const stamp = (to: Place) => {
    const state = store.getState()
    const { value, rules } = strokeValue(state)
    const drag = { from: last, to: to.index }
    const swept = brushShape(
      document.dims,
      document.spacing,
      drag,
      state.brush.radiusMm,
      state.brush.shape === 'sphere' ? null : axis,
    )
    const range = rules.range
    const connected = state.brush.connected && range !== null && value !== 0
    const inRange = (offset: number) => {
      const image = document.imageValue?.(offset) ?? 0
      return range !== null && image >= range[0] && image <= range[1]
    }
    const centre = [to.index[0], to.index[1], to.index[2]] as const
    document.paint(value, rules, connected ? connectedShape(document.dims, swept, centre, inRange) : swept)
    last = to.index
  }
  stamp(place)
  return {
    move: (event) => {
      // All positions since the last frame, so that a fast curve stays a curve.
      const samples = event.getCoalescedEvents?.() ?? []
      for (const sample of samples.length > 0 ? samples : [event]) stamp(placeOf(target, sample))
    },
    end: () => void document.commit(),
    cancel: () => document.cancel(),
  }
}

/** Voxel coordinates along the two in-plane index axes. */
export function inPlane(place: Place): [number, number] {
  const { axes } = place.geometry.frame
  return [place.index[axes[0]], place.index[axes[1]]]
}

/** Fills (or with X held, clears) a finished outline on its slice. */
export function finishOutline(target: Pick<ViewTarget, 'session'>, frameAxes: readonly [number, number, number]): void {
  const { store } = target.session
  const state = store.getState()
  const { outline } = state
  const document = activeDocument(target)
  store.setState({ outline: null })
  if (!outline || !document || outline.points.length < 3) return
  const { value, rules, erase } = strokeValue({ ...state, tool: 'brush' })
  const shape = outlineShape(document.dims, frameAxes, thinned(outline.points), {
    first: outline.slice,
    last: outline.slice,
  })
  document.apply(`${erase ? 'Cut outline' : 'Outline'}, slice ${outline.slice + 1}`, 'polygon', value, rules, shape)
}

export function freehandDrag(target: ViewTarget, start: PointerEvent): Drag | null {
  if (!activeDocument(target)) return null
  const { store } = target.session
  const place = placeOf(target, start)
  const { frame, slice } = place.geometry
  const points: [number, number][] = [inPlane(place)]
  store.setState({ outline: { plane: target.plane, slice, points: [...points] } })
  return {
    move: (event) => {
      const samples = event.getCoalescedEvents?.() ?? []
      for (const sample of samples.length > 0 ? samples : [event]) points.push(inPlane(placeOf(target, sample)))
      store.setState({ outline: { plane: target.plane, slice, points: [...points] } })
    },
    end: () => finishOutline(target, frame.axes),
    cancel: () => store.setState({ outline: null }),
  }
}

/** Each click adds a corner; a click near the first corner (8 px), or a double click, closes the outline. */
export function polygonClick(target: ViewTarget, event: PointerEvent): void {
  if (!activeDocument(target)) return
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
  if (outline.points.length >= 3 && (pixels < 8 || event.detail > 1)) finishOutline(target, frame.axes)
  else store.setState({ outline: { ...outline, points: [...outline.points, point] } })
}

/** Fill tool: a hole of the active segment under the pointer is closed; elsewhere nothing happens. With X held the region is cleared. */
export function fillClick(target: ViewTarget, event: PointerEvent): void {
  const document = activeDocument(target)
  const place = placeOf(target, event)
  const voxel = document ? containingVoxel(document.grid, place.index) : null
  if (!document || !voxel) return
  const state = target.session.store.getState()
  const { frame, slice } = place.geometry
  const { value, rules } = strokeValue({ ...state, tool: 'brush' })
  const offset = voxelOffset(document.dims, voxel)
  if (document.data[offset] === 0 && value !== 0) fillHoles(document, value, rules, '2-D', frame.axes[2], slice)
  else if (document.data[offset] !== 0)
    fillRegion(document, offset, value, { ...rules, area: 'everywhere' }, '2-D', frame.axes[2])
}

export function islandClick(target: ViewTarget, event: PointerEvent): void {
  const document = activeDocument(target)
  const voxel = document ? containingVoxel(document.grid, placeOf(target, event).index) : null
  if (!document || !voxel) return
  const { masking, inverted } = target.session.store.getState()
  pickIsland(
    document,
    voxelOffset(document.dims, voxel),
    { ...masking, overwrite: 'all' },
    inverted ? 'remove' : 'keep',
  )
}

/** Alt + click: the segment under the pointer becomes the active one. */
export function pickSegment(target: ViewTarget, event: PointerEvent): void {
  const document = activeDocument(target)
  const voxel = document ? containingVoxel(document.grid, placeOf(target, event).index) : null
  if (!document || !voxel) return
  const value = document.data[voxelOffset(document.dims, voxel)]
  if (value !== 0 && document.segment(value)) target.session.store.setState({ activeSegment: value })
}
