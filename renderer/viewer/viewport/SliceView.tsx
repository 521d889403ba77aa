import { useEffect, useMemo, useRef } from 'react'
import { useCase, useCaseState } from '../case-context.tsx'
import type { PlaneName } from '../geometry/planes.ts'
import { scheduler } from '../scheduler.ts'
import type { MapInput } from '../slice/slice-renderer.ts'
import { ViewGestures } from '../tools/gestures.ts'
import { registerGestures } from '../tools/open-gestures.ts'
import { isPaintTool } from '../tools/paint-tools.ts'
import { Crosshair } from './Crosshair.tsx'
import { Furniture, usePlaneText } from './Furniture.tsx'
import { SliceViewport } from './slice-viewport.ts'
import { ToolGraphics } from './ToolGraphics.tsx'
import { usePaneSize } from './use-pane-size.ts'
import { paneGeometry, viewportInput } from './view-input.ts'
import styles from './viewport.module.css'

export interface SliceViewProps {
  readonly plane: PlaneName
  readonly colourBar?: boolean
  /** Maps of this view alone (comparison panels), instead of those the case shows. */
  readonly maps?: readonly MapInput[]
  /** Replaces the texts in the corners. */
  readonly furniture?: 'full' | 'bare'
  readonly label?: string
  readonly active?: boolean
}

/** Parts of the state that never change a slice picture; a change in them alone draws nothing. */
const unseen = new Set([
  'hover',
  'tool',
  'active',
  'outline',
  'box',
  'inverted',
  'brush',
  'text',
  'cine',
  'layout',
  'primary',
  'maximised',
  'crosshair',
  'outlineSettings',
  'fillConnectivity',
  'message',
])

/** One slice view: canvases for picture and labels, furniture above them, gestures on the whole. */
export function SliceView({ plane, colourBar = false, maps, furniture = 'full', label, active }: SliceViewProps) {
  const session = useCase()
  const root = useRef<HTMLDivElement>(null)
  const image = useRef<HTMLCanvasElement>(null)
  const labels = useRef<HTMLCanvasElement>(null)
  const viewport = useRef<SliceViewport | null>(null)
  const size = usePaneSize(root)
  const latest = useRef({ size, maps })
  latest.current = { size, maps }
  const grid = useCaseState((s) => s.grid)
  const pane = useCaseState((s) => s.panes[plane])
  const point = useCaseState((s) => s.points[plane])
  const isActive = useCaseState((s) => s.active === plane)
  const tool = useCaseState((s) => s.tool)

  useEffect(() => {
    if (!image.current || !labels.current || !root.current) return
    const created = new SliceViewport(image.current, labels.current, scheduler)
    viewport.current = created
    created.connect(() =>
      viewportInput(session, session.store.getState(), plane, latest.current.size, latest.current.maps),
    )
    const gestures = new ViewGestures({ session, plane, element: root.current, size: () => latest.current.size })
    const stops = [
      registerGestures(gestures),
      session.onChange((change) => (change === 'labels' ? created.invalidateLabels() : created.invalidate())),
      session.store.subscribe((now, before) => {
        const changed = (Object.keys(now) as (keyof typeof now)[]).some(
          (key) => now[key] !== before[key] && !unseen.has(key),
        )
        if (changed) created.invalidate()
        else if (now.tool !== before.tool) created.invalidateLabels()
      }),
    ]
    return () => {
      for (const stop of stops) stop()
      gestures.dispose()
      created.dispose()
      viewport.current = null
    }
  }, [session, plane])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new size or set of maps is a new picture
  useEffect(() => viewport.current?.invalidate(), [size, maps])

  const geometry = useMemo(
    () =>
      paneGeometry(
        {
          grid,
          panes: { axial: pane, coronal: pane, sagittal: pane },
          points: { axial: point, coronal: point, sagittal: point },
        },
        plane,
        size,
      ),
    [grid, pane, point, plane, size],
  )
  const text = usePlaneText(plane, geometry)
  const cursor =
    tool === 'brush' || tool === 'eraser' ? 'none' : isPaintTool(tool) || tool === 'crosshair' ? 'crosshair' : undefined
  return (
    <div
      ref={root}
      className={styles.pane}
      data-plane={plane}
      data-active={active ?? isActive}
      data-cursor={cursor}
      role="img"
      tabIndex={0}
      aria-label={`${label ?? text.title}, ${text.position} ${text.slice}`}
    >
      <canvas ref={image} />
      <canvas ref={labels} />
      <svg className={styles.overlay} aria-hidden="true">
        <Crosshair plane={plane} geometry={geometry} />
        <ToolGraphics plane={plane} geometry={geometry} />
      </svg>
      {furniture === 'full' && <Furniture plane={plane} geometry={geometry} colourBar={colourBar} />}
    </div>
  )
}
