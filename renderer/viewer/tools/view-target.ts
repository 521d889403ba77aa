import type { CaseSession } from '../case-session.ts'
import { indexToPatient, type PatientPointMm, type VoxelIndex } from '../geometry/affine.ts'
import { type PlaneName, planeToIndex } from '../geometry/planes.ts'
import { type PaneGeometry, type PaneSize, paneGeometry } from '../viewport/view-input.ts'

/** The view a gesture works on. Geometry is asked for at every event, so it is never older than the picture. */
export interface ViewTarget {
  readonly session: CaseSession
  readonly plane: PlaneName
  readonly element: HTMLElement
  size(): PaneSize
}

/** A pointer position in all the coordinates tools need. */
export interface Place {
  readonly x: number
  readonly y: number
  /** Plane millimetres. */
  readonly a: number
  readonly b: number
  readonly index: VoxelIndex
  readonly point: PatientPointMm
  readonly geometry: PaneGeometry
}

export function placeOf(target: ViewTarget, event: { clientX: number; clientY: number }): Place {
  const rect = target.element.getBoundingClientRect()
  const x = event.clientX - rect.left
  const y = event.clientY - rect.top
  const state = target.session.store.getState()
  const geometry = paneGeometry(state, target.plane, target.size())
  const { view, frame, slice } = geometry
  const a = view.centre[0] + (x - view.width / 2) * view.mmPerPixel
  const b = view.centre[1] + (y - view.height / 2) * view.mmPerPixel
  const index = planeToIndex(frame, a, b, slice)
  return { x, y, a, b, index, point: indexToPatient(state.grid, index), geometry }
}

/** One drag from press to release. */
export interface Drag {
  move(event: PointerEvent): void
  end(event: PointerEvent): void
  cancel(): void
}
