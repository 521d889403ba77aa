import { say } from '../actions.ts'
import { containingVoxel, voxelOffset } from '../geometry/affine.ts'
import type { MaskDocument } from '../mask/document.ts'
import { fillHoleAt, fillRegion, pickIsland } from '../mask/operations.ts'
import { activeDocument, drawableDocument, strokeValue, tellNothing } from './stroke.ts'
import { placeOf, type ViewTarget } from './view-target.ts'

interface ClickedVoxel {
  readonly voxel: [number, number, number]
  readonly offset: number
  /** Normal of the clicked view. */
  readonly axis: number
}

function clicked(target: ViewTarget, event: PointerEvent, document: MaskDocument): ClickedVoxel | null {
  const place = placeOf(target, event)
  const voxel = containingVoxel(document.grid, place.index)
  if (!voxel) return null
  return { voxel, offset: voxelOffset(document.dims, voxel), axis: place.geometry.frame.axes[2] }
}

/**
 * Fill tool. On another segment: what hangs together becomes the active segment. On nothing: the hole under the pointer is
 * closed, or, with a range of values, everything in range that hangs together is filled. With X held the region is cleared.
 */
export function fillClick(target: ViewTarget, event: PointerEvent): void {
  const document = drawableDocument(target)
  const at = document ? clicked(target, event, document) : null
  if (!document || !at) return
  const { store } = target.session
  const state = store.getState()
  const stroke = strokeValue({ ...state, tool: 'brush' })
  const connectivity = document.dims[2] === 1 ? '2-D' : state.fillConnectivity
  const present = document.data[at.offset]
  if (present === stroke.value) {
    const name = document.segment(present)?.name ?? ''
    say(store, present === 0 ? 'There is nothing to clear here.' : `${name} is here already.`)
    return
  }
  if (present !== 0 || stroke.erase || stroke.rules.range !== null) {
    const rules = stroke.erase ? { ...stroke.rules, area: 'everywhere' as const } : stroke.rules
    const edit = fillRegion(document, at.offset, stroke.value, rules, connectivity, at.axis)
    tellNothing(target, edit, { ...stroke, rules })
    return
  }
  const { closed, edit } = fillHoleAt(document, at.voxel, stroke.value, stroke.rules, connectivity, at.axis)
  if (closed) tellNothing(target, edit, stroke)
  else
    say(
      store,
      `${document.segment(stroke.value)?.name ?? 'The segment'} does not enclose this place ${connectivity === '2-D' ? 'in this slice' : 'in space'}, so nothing was filled. Close its outline, or set a range of values under Masking to fill by values.`,
    )
}

/** Keeps the island under the pointer and clears the others of its segment; with X held the other way round. */
export function islandClick(target: ViewTarget, event: PointerEvent): void {
  const document = activeDocument(target)
  const at = document ? clicked(target, event, document) : null
  if (!document || !at) return
  const { store } = target.session
  const { masking, inverted } = store.getState()
  const present = document.segment(document.data[at.offset])
  if (present === undefined) say(store, 'No segment lies here. Click an island of a segment.')
  else if (present.locked) say(store, `${present.name} is locked, so nothing was changed.`)
  else {
    const edit = pickIsland(document, at.offset, { ...masking, overwrite: 'all' }, inverted ? 'remove' : 'keep')
    say(store, edit === null ? `${present.name} is this one island; nothing else to clear.` : null)
  }
}

/** Alt + click: the segment under the pointer becomes the active one. */
export function pickSegment(target: ViewTarget, event: PointerEvent): void {
  const document = activeDocument(target)
  const at = document ? clicked(target, event, document) : null
  if (!document || !at) return
  const value = document.data[at.offset]
  if (value !== 0 && document.segment(value)) target.session.store.setState({ activeSegment: value })
}
