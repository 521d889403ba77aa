import { labelColour } from '../../../main/shared/colour/labels.ts'
import { resolvedView } from '../actions.ts'
import type { CaseSession } from '../case-session.ts'
import { type PlaneFrame, type PlaneName, planeFrame, sliceAt } from '../geometry/planes.ts'
import type { MaskDocument } from '../mask/document.ts'
import type { LabelInput, SegmentStyle } from '../slice/label-painter.ts'
import type { MapInput } from '../slice/slice-renderer.ts'
import type { ViewWindow } from '../slice/view-window.ts'
import type { CaseState } from '../store.ts'
import { isPaintTool } from '../tools/paint-tools.ts'
import { mapInput, shownMapKeys } from './shown-maps.ts'
import type { ViewportInput } from './slice-viewport.ts'

export interface PaneSize {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
  readonly devicePixelRatio: number
}

/** Where a view looks, in CSS pixels: what furniture and gestures compute with. */
export interface PaneGeometry {
  readonly frame: PlaneFrame
  readonly slice: number
  readonly view: ViewWindow
}

const frames = new WeakMap<object, Map<PlaneName, PlaneFrame>>()

/** The frame of a plane, computed once per grid record. */
export function frameOf(state: Pick<CaseState, 'grid'>, plane: PlaneName): PlaneFrame {
  const known = frames.get(state.grid) ?? new Map<PlaneName, PlaneFrame>()
  frames.set(state.grid, known)
  const frame = known.get(plane) ?? planeFrame(state.grid, plane)
  known.set(plane, frame)
  return frame
}

export function paneGeometry(
  state: Pick<CaseState, 'grid' | 'panes' | 'points'>,
  plane: PlaneName,
  size: Pick<PaneSize, 'width' | 'height'>,
): PaneGeometry {
  const frame = frameOf(state, plane)
  const view = resolvedView(state.grid, plane, state.panes[plane], size.width, size.height)
  return {
    frame,
    slice: sliceAt(state.grid, frame, state.points[plane]),
    view: { width: size.width, height: size.height, mmPerPixel: view.mmPerCssPixel, centre: view.centre },
  }
}

/** Colours of a document's visible segments; readers of one finding share its colour and differ by dashes. */
export function segmentStyles(
  document: MaskDocument,
  fill: number,
  dashed: boolean,
  only: number | null,
): (SegmentStyle | undefined)[] {
  const styles: (SegmentStyle | undefined)[] = new Array(256)
  for (const segment of document.segments) {
    if (!segment.visible || (only !== null && segment.value !== only)) continue
    const hatched = labelColour(segment.value).hatched
    styles[segment.value] = { colour: segment.colour, fill, hatched, dashed }
  }
  return styles
}

/** Label layers of a case: every shown mask, then the active document's preview, hatched. */
export function labelInputs(session: CaseSession, state: CaseState): LabelInput[] {
  const inputs: LabelInput[] = []
  for (const id of state.masks) {
    const entry = session.masks.get(id)
    const shown = state.maskShown[id]
    if (!entry || !shown?.visible) continue
    const { document } = entry
    const only = state.onlyActiveSegment && id === state.activeMask ? state.activeSegment : null
    const dashed = state.activeMask !== null && id !== state.activeMask
    inputs.push({
      id,
      data: document.data,
      dims: document.dims,
      bounds: document.bounds,
      styles: segmentStyles(document, shown.fill, dashed, only),
    })
    if (document.preview) {
      const styles: (SegmentStyle | undefined)[] = new Array(256)
      const colour = document.segment(document.preview.value)?.colour ?? labelColour(1).colour
      styles[document.preview.value] = { colour, fill: 0, hatched: true, dashed: false }
      inputs.push({
        id: `${id}/preview`,
        data: document.preview.scratch,
        dims: document.dims,
        bounds: document.preview.box,
        styles,
      })
    }
  }
  return inputs
}

/** What one view must show, from state and layers. `mapKeys` overrides which maps are laid over it (comparison panels). */
export function viewportInput(
  session: CaseSession,
  state: CaseState,
  plane: PlaneName,
  size: PaneSize,
  maps?: readonly MapInput[],
): ViewportInput | null {
  const ratio = size.devicePixelRatio
  const width = Math.round(size.width * ratio)
  const height = Math.round(size.height * ratio)
  if (width < 2 || height < 2) return null
  const { frame, slice, view } = paneGeometry(state, plane, size)
  const shown = maps ?? shownMapKeys(state).flatMap((key) => mapInput(session, key, state.overlays[key]) ?? [])
  return {
    devicePixelRatio: ratio,
    labels: labelInputs(session, state),
    tint: state.activeMask !== null && isPaintTool(state.tool) ? state.masking.range : null,
    slice: {
      image: session.image.layer,
      frame,
      slice,
      slab: state.slab,
      view: { width, height, mmPerPixel: (view.mmPerPixel * size.width) / width, centre: view.centre },
      window: { ...state.window, invert: state.invert },
      linear: state.interpolation === 'linear',
      maps: state.peek ? [] : shown,
    },
  }
}
