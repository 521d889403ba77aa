import { scrollTo, setPaneView, setPoint, setWindow, zoomAbout } from '../actions.ts'
import { containingVoxel, voxelOffset } from '../geometry/affine.ts'
import { planeToIndex } from '../geometry/planes.ts'
import { realValue } from '../volume/layers.ts'
import { percentileWindow } from '../window-presets.ts'
import { type Drag, placeOf, type ViewTarget } from './view-target.ts'

/** Horizontal is width, vertical is level; 500 px run through the picture's whole range. */
export function windowDrag(target: ViewTarget, start: PointerEvent): Drag {
  const { store, image } = target.session
  const first = store.getState().window
  const [low, high] = image.layer.volume.range
  const perPixel = Math.max(1e-9, Math.min(high - low, Math.max(first.width * 4, (high - low) / 8)) / 500)
  return {
    move: (event) =>
      setWindow(
        store,
        first.width + (event.clientX - start.clientX) * perPixel,
        first.level + (event.clientY - start.clientY) * perPixel,
      ),
    end: () => undefined,
    cancel: () => store.setState({ window: first }),
  }
}

export function panDrag(target: ViewTarget, start: PointerEvent): Drag {
  const { store } = target.session
  const { view } = placeOf(target, start).geometry
  const before = store.getState().panes[target.plane]
  return {
    move: (event) =>
      setPaneView(store, target.plane, {
        mmPerCssPixel: before.mmPerCssPixel,
        centre: [
          view.centre[0] - (event.clientX - start.clientX) * view.mmPerPixel,
          view.centre[1] - (event.clientY - start.clientY) * view.mmPerPixel,
        ],
      }),
    end: () => undefined,
    cancel: () => setPaneView(store, target.plane, before),
  }
}

/** Upwards enlarges about the point where the drag began; 100 px double. */
export function zoomDrag(target: ViewTarget, start: PointerEvent): Drag {
  const { store } = target.session
  const place = placeOf(target, start)
  const before = store.getState().panes[target.plane]
  const now = { mmPerCssPixel: place.geometry.view.mmPerPixel, centre: place.geometry.view.centre }
  return {
    move: (event) =>
      zoomAbout(store, target.plane, 2 ** ((start.clientY - event.clientY) / 100), [place.a, place.b], now),
    end: () => undefined,
    cancel: () => setPaneView(store, target.plane, before),
  }
}

/** Eight pixels are one slice; with Ctrl two pixels. */
export function scrollDrag(target: ViewTarget, start: PointerEvent): Drag {
  const { store } = target.session
  const first = placeOf(target, start).geometry.slice
  return {
    move: (event) =>
      scrollTo(
        store,
        target.plane,
        first + Math.round((event.clientY - start.clientY) / (event.ctrlKey || event.metaKey ? 2 : 8)),
      ),
    end: () => undefined,
    cancel: () => scrollTo(store, target.plane, first),
  }
}

export function crosshairDrag(target: ViewTarget, start: PointerEvent): Drag {
  const { store } = target.session
  const before = store.getState().points[target.plane]
  const go = (event: PointerEvent) => setPoint(store, target.plane, placeOf(target, event).point)
  go(start)
  return { move: go, end: () => undefined, cancel: () => setPoint(store, target.plane, before) }
}

/** Ctrl + drag of a box: window from the 0.5th to 99.5th percentile of the voxels inside. */
export function regionWindowDrag(target: ViewTarget, start: PointerEvent): Drag {
  const { store, image } = target.session
  const from = placeOf(target, start)
  const corner = [from.a, from.b] as const
  return {
    move: (event) => {
      const to = placeOf(target, event)
      store.setState({ box: { plane: target.plane, from: corner, to: [to.a, to.b] } })
    },
    end: (event) => {
      const to = placeOf(target, event)
      store.setState({ box: null })
      const { frame, slice } = to.geometry
      const { volume, data } = image.layer
      const values: number[] = []
      const p = planeToIndex(frame, corner[0], corner[1], slice)
      const q = planeToIndex(frame, to.a, to.b, slice)
      const [u, v] = frame.axes
      const range = (axis: number) => [Math.round(Math.min(p[axis], q[axis])), Math.round(Math.max(p[axis], q[axis]))]
      for (let b = range(v)[0]; b <= range(v)[1]; b++) {
        for (let a = range(u)[0]; a <= range(u)[1]; a++) {
          const index: [number, number, number] = [0, 0, 0]
          index[u] = a
          index[v] = b
          index[frame.axes[2]] = slice
          const voxel = containingVoxel(volume.grid, index)
          if (voxel) values.push(realValue(volume, data[voxelOffset(volume.grid.dims, voxel) * volume.channels]))
        }
      }
      const window = values.length >= 4 ? percentileWindow(values, 1, 0) : null
      if (window) setWindow(store, window.width, window.level)
    },
    cancel: () => store.setState({ box: null }),
  }
}
