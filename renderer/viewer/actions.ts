import type { Grid } from '../../main/shared/domain/geometry.ts'
import { type PatientPointMm, spacingMm } from './geometry/affine.ts'
import { type PlaneName, patientToPlane, planeFrame, planeNames, planeToPatient, sliceAt } from './geometry/planes.ts'
import type { LayoutId, PaneId } from './layouts.ts'
import { fitWindow } from './slice/view-window.ts'
import type { CaseState, CaseStore, OverlaySettings, PaneView, TextState } from './store.ts'

const textOrder: readonly TextState[] = ['all', 'reduced', 'none']

/** Moves a plane's position; all planes follow while linked. */
export function setPoint(store: CaseStore, plane: PlaneName, point: PatientPointMm): void {
  store.setState((s) => ({
    points: s.linked ? { axial: point, coronal: point, sagittal: point } : { ...s.points, [plane]: point },
  }))
}

/** Shows slice `index` of a plane; the position moves along the plane's normal axis only. */
export function scrollTo(store: CaseStore, plane: PlaneName, index: number): void {
  const { grid, points } = store.getState()
  const frame = planeFrame(grid, plane)
  const slice = Math.min(frame.size[2] - 1, Math.max(0, index))
  const { a, b } = patientToPlane(grid, frame, points[plane])
  setPoint(store, plane, planeToPatient(grid, frame, a, b, slice))
}

export function scrollBy(store: CaseStore, plane: PlaneName, steps: number): void {
  const { grid, points } = store.getState()
  const frame = planeFrame(grid, plane)
  scrollTo(store, plane, sliceAt(grid, frame, points[plane]) + steps)
}

export function setLinked(store: CaseStore, linked: boolean): void {
  store.setState((s) => {
    if (!linked || s.active === 'volume') return { linked }
    const point = s.points[s.active]
    return { linked, points: { axial: point, coronal: point, sagittal: point } }
  })
}

/** Scale and centre a view has now, fitted where nothing was chosen. Sizes in CSS pixels. */
export function resolvedView(
  grid: Grid,
  plane: PlaneName,
  view: PaneView,
  width: number,
  height: number,
): { mmPerCssPixel: number; centre: readonly [number, number] } {
  const fit = fitWindow(planeFrame(grid, plane), width, height)
  return { mmPerCssPixel: view.mmPerCssPixel ?? fit.mmPerPixel, centre: view.centre ?? fit.centre }
}

export function setPaneView(store: CaseStore, plane: PlaneName, view: PaneView): void {
  store.setState((s) => ({ panes: { ...s.panes, [plane]: view } }))
}

/** Zooms about a plane position that keeps its place on the screen. */
export function zoomAbout(
  store: CaseStore,
  plane: PlaneName,
  factor: number,
  anchor: readonly [number, number],
  now: { mmPerCssPixel: number; centre: readonly [number, number] },
): void {
  const smallest = Math.min(...spacingMm(store.getState().grid)) / 64
  const mmPerCssPixel = Math.max(
    smallest,
    Math.min(now.mmPerCssPixel / factor, 64 * Math.max(...spacingMm(store.getState().grid))),
  )
  const ratio = mmPerCssPixel / now.mmPerCssPixel
  const centre = [0, 1].map((axis) => anchor[axis] + (now.centre[axis] - anchor[axis]) * ratio) as [number, number]
  setPaneView(store, plane, { mmPerCssPixel, centre })
}

export function fitView(store: CaseStore, pane: PaneId): void {
  if (pane !== 'volume') setPaneView(store, pane, { mmPerCssPixel: null, centre: null })
}

/** Second Esc: every view fitted, tool W, no slab; positions, window and maps stay. */
export function resetViews(store: CaseStore): void {
  store.setState((s) => ({
    panes: Object.fromEntries(
      planeNames.map((p) => [p, { mmPerCssPixel: null, centre: null }]),
    ) as unknown as CaseState['panes'],
    maximised: null,
    slab: { ...s.slab, mode: 'off' },
  }))
}

export function setWindow(store: CaseStore, width: number, level: number): void {
  store.setState({ window: { width: Math.max(1e-6, width), level }, windowTouched: true })
}

/** The first window of a case, unless the user has already chosen one. */
export function offerWindow(store: CaseStore, window: { width: number; level: number }): void {
  if (!store.getState().windowTouched) store.setState({ window })
}

export function setLayout(store: CaseStore, layout: LayoutId): void {
  store.setState((s) => ({ layout, maximised: null, primary: s.active }))
}

export function toggleMaximised(store: CaseStore, pane: PaneId): void {
  store.setState((s) => ({ maximised: s.maximised === null ? pane : null, active: pane }))
}

/** Says why the last gesture or operation changed nothing; null takes the sentence away. */
export function say(store: CaseStore, message: string | null): void {
  if (store.getState().message !== message) store.setState({ message })
}

export function nextText(store: CaseStore): void {
  store.setState((s) => ({ text: textOrder[(textOrder.indexOf(s.text) + 1) % textOrder.length] }))
}

export function updateOverlay(store: CaseStore, key: string, change: Partial<OverlaySettings>): void {
  store.setState((s) =>
    s.overlays[key] ? { overlays: { ...s.overlays, [key]: { ...s.overlays[key], ...change } } } : {},
  )
}

/** Shows a map in place of the active one; the image, its place and the other layers stay as they are. */
export function showMap(store: CaseStore, key: string | null): void {
  store.setState((s) => {
    const overlays = { ...s.overlays }
    if (s.activeMap !== null && overlays[s.activeMap])
      overlays[s.activeMap] = { ...overlays[s.activeMap], visible: false }
    if (key !== null && overlays[key]) overlays[key] = { ...overlays[key], visible: true }
    return { activeMap: key, overlays }
  })
}

/** M and Shift+M: the next or previous map of the case, round the end. */
export function flipMap(store: CaseStore, steps: number): void {
  const { maps, activeMap } = store.getState()
  if (maps.length === 0) return
  const at = activeMap === null ? -1 : maps.indexOf(activeMap)
  const next = at < 0 ? (steps > 0 ? 0 : maps.length - 1) : (at + steps + maps.length) % maps.length
  showMap(store, maps[next])
}

export function changeOpacity(store: CaseStore, by: number): void {
  const { activeMap, overlays } = store.getState()
  if (activeMap === null || !overlays[activeMap]) return
  const opacity = Math.min(1, Math.max(0, Math.round((overlays[activeMap].opacity + by) * 100) / 100))
  updateOverlay(store, activeMap, { opacity })
}

export function changeBrushRadius(store: CaseStore, steps: number): void {
  store.setState((s) => ({
    brush: {
      ...s.brush,
      radiusMm: Math.min(100, Math.max(0.2, Math.round(s.brush.radiusMm * 1.15 ** steps * 10) / 10 || 0.2)),
    },
  }))
}
