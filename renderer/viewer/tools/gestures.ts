import { changeBrushRadius, changeOpacity, scrollBy, setPoint, toggleMaximised, zoomAbout } from '../actions.ts'
import type { ToolId } from '../store.ts'
import { fillClick, islandClick, pickSegment } from './mask-clicks.ts'
import { brushDrag, freehandDrag, polygonClick } from './paint-drags.ts'
import { isPaintTool } from './paint-tools.ts'
import { crosshairDrag, panDrag, regionWindowDrag, scrollDrag, windowDrag, zoomDrag } from './view-drags.ts'
import { type Drag, placeOf, type ViewTarget } from './view-target.ts'
import { WheelAccumulator } from './wheel.ts'

type Press = (target: ViewTarget, event: PointerEvent) => Drag | null | undefined

/** What the left button does with each tool. */
const presses: Record<ToolId, Press> = {
  window: (target, event) =>
    event.ctrlKey || event.metaKey ? regionWindowDrag(target, event) : windowDrag(target, event),
  scroll: scrollDrag,
  pan: panDrag,
  zoom: zoomDrag,
  crosshair: crosshairDrag,
  brush: brushDrag,
  eraser: brushDrag,
  freehand: freehandDrag,
  polygon: (target, event) => void polygonClick(target, event),
  fill: (target, event) => void fillClick(target, event),
  island: (target, event) => void islandClick(target, event),
}

/**
 * Pointer and wheel of one slice view. The pointer is captured during drags, so nothing else can steal it; Esc (through
 * `cancelGesture`) takes the open drag back.
 */
export class ViewGestures {
  private readonly target: ViewTarget
  private readonly wheel = new WheelAccumulator()
  private readonly abort = new AbortController()
  private drag: { readonly id: number; readonly steps: Drag } | null = null

  constructor(target: ViewTarget) {
    this.target = target
    const { element } = target
    const signal = this.abort.signal
    element.addEventListener('pointerdown', (event) => this.press(event), { signal })
    element.addEventListener('pointermove', (event) => this.move(event), { signal })
    element.addEventListener('pointerup', (event) => this.release(event), { signal })
    element.addEventListener('pointercancel', () => this.cancelGesture(), { signal })
    element.addEventListener('pointerleave', () => this.drag ?? target.session.store.setState({ hover: null }), {
      signal,
    })
    element.addEventListener('dblclick', (event) => this.doubleClick(event), { signal })
    element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
    element.addEventListener('wheel', (event) => this.turn(event), { signal, passive: false })
    // The middle button would start the browser's own scrolling.
    element.addEventListener('mousedown', (event) => event.button === 1 && event.preventDefault(), { signal })
  }

  get isOpen(): boolean {
    return this.drag !== null
  }

  private press(event: PointerEvent): void {
    const { session, plane, element } = this.target
    if (this.drag) return
    element.focus({ preventScroll: true })
    session.store.setState({ active: plane })
    const { tool } = session.store.getState()
    if (event.button === 0 && event.altKey) {
      pickSegment(this.target, event)
      return
    }
    const press =
      event.button === 1 || (event.button === 0 && event.shiftKey && !isPaintTool(tool))
        ? panDrag
        : event.button === 2
          ? zoomDrag
          : presses[tool]
    const steps = press(this.target, event)
    if (!steps) return
    this.drag = { id: event.pointerId, steps }
    element.setPointerCapture(event.pointerId)
    event.preventDefault()
  }

  private move(event: PointerEvent): void {
    const { session, plane } = this.target
    const { point } = placeOf(this.target, event)
    session.store.setState({ hover: { pane: plane, point } })
    if (this.drag?.id === event.pointerId) this.drag.steps.move(event)
    else if (event.shiftKey && event.buttons === 0) setPoint(session.store, plane, point)
  }

  private release(event: PointerEvent): void {
    if (this.drag?.id !== event.pointerId) return
    const { steps } = this.drag
    this.drag = null
    steps.end(event)
    if (this.target.element.hasPointerCapture(event.pointerId))
      this.target.element.releasePointerCapture(event.pointerId)
  }

  private doubleClick(event: MouseEvent): void {
    const { session, plane } = this.target
    if (event.button !== 0 || isPaintTool(session.store.getState().tool)) return
    toggleMaximised(session.store, plane)
  }

  private turn(event: WheelEvent): void {
    event.preventDefault()
    const { session, plane } = this.target
    const { store } = session
    const steps = this.wheel.steps(event)
    if (steps === 0) return
    if (event.altKey) changeOpacity(store, -steps * 0.05)
    else if (event.ctrlKey || event.metaKey) {
      if (isPaintTool(store.getState().tool)) {
        changeBrushRadius(store, -steps)
        return
      }
      const { a, b, geometry } = placeOf(this.target, event)
      zoomAbout(store, plane, 1.15 ** -steps, [a, b], {
        mmPerCssPixel: geometry.view.mmPerPixel,
        centre: geometry.view.centre,
      })
    } else scrollBy(store, plane, steps)
    if (!event.altKey) store.setState({ hover: { pane: plane, point: placeOf(this.target, event).point } })
  }

  /** Takes an open drag back; answers whether there was one. */
  cancelGesture(): boolean {
    if (!this.drag) return false
    this.drag.steps.cancel()
    this.drag = null
    return true
  }

  dispose(): void {
    this.cancelGesture()
    this.abort.abort()
  }
}
