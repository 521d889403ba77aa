import type { ViewGestures } from './gestures.ts'

const views = new Set<ViewGestures>()

/** Views whose open drag Esc and Ctrl+Z must find. */
export function registerGestures(gestures: ViewGestures): () => void {
  views.add(gestures)
  return () => views.delete(gestures)
}

/** Takes back whatever drag is open; answers whether there was one. */
export function cancelOpenGesture(): boolean {
  return [...views].some((view) => view.cancelGesture())
}
