import { useCase, useCaseState } from '../case-context.tsx'
import { type PlaneName, patientToPlane } from '../geometry/planes.ts'
import { probeAt } from '../probe.ts'
import { planeToPixel } from '../slice/view-window.ts'
import { isPaintTool } from '../tools/paint-tools.ts'
import type { PaneGeometry } from './view-input.ts'

const casing = { stroke: '#000', strokeOpacity: 0.7, strokeWidth: 3, fill: 'none' } as const

/** True footprint of the brush in every plane: its circle where it is drawn, its cut through the other planes. */
function BrushCursor({ plane, geometry }: { plane: PlaneName; geometry: PaneGeometry }) {
  const hover = useCaseState((s) => s.hover)
  const brush = useCaseState((s) => s.brush)
  const erase = useCaseState((s) => (s.tool === 'eraser') !== s.inverted)
  const grid = useCaseState((s) => s.grid)
  if (!hover || hover.pane === 'volume') return null
  const { frame, view, slice } = geometry
  const at = patientToPlane(grid, frame, hover.point)
  const off = (at.slice - slice) * frame.spacing[2]
  const [x, y] = planeToPixel(view, at.a, at.b)
  const own = hover.pane === plane
  const radiusMm = own
    ? brush.radiusMm
    : brush.shape === 'sphere'
      ? Math.sqrt(Math.max(0, brush.radiusMm ** 2 - off ** 2))
      : 0
  const radius = radiusMm / view.mmPerPixel
  const line = {
    stroke: '#fff',
    strokeOpacity: 0.9,
    strokeWidth: 1,
    fill: 'none',
    strokeDasharray: erase ? '4 3' : undefined,
  }
  if (radius <= 0) return null
  return (
    <g>
      <circle cx={x} cy={y} r={radius} {...casing} />
      <circle cx={x} cy={y} r={radius} {...line} />
      {own && <path d={`M${x - 4} ${y}h8M${x} ${y - 4}v8`} stroke="#fff" strokeWidth={1} />}
    </g>
  )
}

/** The label under the pointer is named beside it, in the view it is over. */
function HoverLabel({ plane, geometry }: { plane: PlaneName; geometry: PaneGeometry }) {
  const session = useCase()
  const hover = useCaseState((s) => s.hover)
  const grid = useCaseState((s) => s.grid)
  const brush = useCaseState((s) => (s.tool === 'brush' || s.tool === 'eraser' ? s.brush.radiusMm : 0))
  if (hover?.pane !== plane) return null
  const label = probeAt(session, hover.point).labels.at(-1)
  if (label === undefined) return null
  const { view } = geometry
  const at = patientToPlane(grid, geometry.frame, hover.point)
  const [x, y] = planeToPixel(view, at.a, at.b)
  const gap = brush / view.mmPerPixel + 10
  const flipped = x > 0.75 * view.width
  return (
    <text
      x={flipped ? x - gap : x + gap}
      y={y + 4}
      textAnchor={flipped ? 'end' : 'start'}
      fontSize={12}
      fill="#f2f2f2"
      stroke="#000"
      strokeOpacity={0.75}
      strokeWidth={4}
      strokeLinejoin="round"
      paintOrder="stroke"
    >
      {label.name.length > 24 ? `${label.name.slice(0, 23)}…` : label.name}
    </text>
  )
}

function Outline({ plane, geometry }: { plane: PlaneName; geometry: PaneGeometry }) {
  const outline = useCaseState((s) => s.outline)
  if (!outline || outline.plane !== plane || outline.slice !== geometry.slice) return null
  const { frame, view } = geometry
  const points = outline.points.map(([u, v]) => {
    const along = (which: 0 | 1, n: number) =>
      (frame.signs[which] > 0 ? n : frame.size[which] - 1 - n) * frame.spacing[which]
    return planeToPixel(view, along(0, u), along(1, v))
  })
  const path = points.map(([x, y], n) => `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
  return (
    <g>
      <path d={path} {...casing} />
      <path d={path} stroke="#fff" strokeWidth={1.2} fill="none" />
      {points.length > 0 && <circle cx={points[0][0]} cy={points[0][1]} r={3.5} fill="#fff" stroke="#000" />}
    </g>
  )
}

function WindowBox({ plane, geometry }: { plane: PlaneName; geometry: PaneGeometry }) {
  const box = useCaseState((s) => s.box)
  if (box?.plane !== plane) return null
  const [x0, y0] = planeToPixel(geometry.view, box.from[0], box.from[1])
  const [x1, y1] = planeToPixel(geometry.view, box.to[0], box.to[1])
  return (
    <rect
      x={Math.min(x0, x1)}
      y={Math.min(y0, y1)}
      width={Math.abs(x1 - x0)}
      height={Math.abs(y1 - y0)}
      fill="none"
      stroke="#fff"
      strokeDasharray="4 3"
    />
  )
}

/** What the tools draw over a view: brush footprint, open outline, window box. */
export function ToolGraphics({ plane, geometry }: { plane: PlaneName; geometry: PaneGeometry }) {
  const tool = useCaseState((s) => s.tool)
  return (
    <>
      {(tool === 'brush' || tool === 'eraser') && <BrushCursor plane={plane} geometry={geometry} />}
      {isPaintTool(tool) && <HoverLabel plane={plane} geometry={geometry} />}
      {isPaintTool(tool) && <Outline plane={plane} geometry={geometry} />}
      <WindowBox plane={plane} geometry={geometry} />
    </>
  )
}
