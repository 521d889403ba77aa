import { useCaseState } from '../case-context.tsx'
import { type PlaneName, patientToPlane } from '../geometry/planes.ts'
import { planeToPixel } from '../slice/view-window.ts'
import { frameOf, type PaneGeometry } from './view-input.ts'

const gap = 16
const ends: Record<PlaneName, string> = { axial: 'ax', coronal: 'cor', sagittal: 'sag' }

/** The plane whose normal runs along an index axis. */
function planeAlong(axis: number, grid: Parameters<typeof frameOf>[0]['grid']): PlaneName {
  return (
    (['axial', 'coronal', 'sagittal'] as const).find((plane) => frameOf({ grid }, plane).axes[2] === axis) ?? 'axial'
  )
}

/** The other planes' lines through the position: 1 px, open for 16 px round the point, their ends named. */
export function Crosshair({ plane, geometry }: { plane: PlaneName; geometry: PaneGeometry }) {
  const grid = useCaseState((s) => s.grid)
  const points = useCaseState((s) => s.points)
  const shown = useCaseState((s) => s.crosshair && s.linked && s.text !== 'none')
  if (!shown || grid.dims[2] === 1) return null
  const { frame, view } = geometry
  const { a, b } = patientToPlane(grid, frame, points[plane])
  const [x, y] = planeToPixel(view, a, b)
  const vertical = ends[planeAlong(frame.axes[0], grid)]
  const horizontal = ends[planeAlong(frame.axes[1], grid)]
  const { width, height } = view
  const inset = 40
  const lines = [
    [x, inset, x, y - gap],
    [x, y + gap, x, height - inset],
    [inset, y, x - gap, y],
    [x + gap, y, width - inset, y],
  ].filter(([x0, y0, x1, y1]) => x1 - x0 + (y1 - y0) > 0)
  const label = {
    fill: '#f2f2f2',
    fontSize: 11,
    paintOrder: 'stroke',
    stroke: '#000',
    strokeWidth: 3,
    strokeLinejoin: 'round',
  } as const
  return (
    <g shapeRendering="crispEdges">
      {lines.map(([x0, y0, x1, y1]) => (
        <line
          key={`${x0},${y0},${x1},${y1}`}
          x1={x0}
          y1={y0}
          x2={x1}
          y2={y1}
          stroke="#fff"
          strokeOpacity={0.62}
          strokeWidth={1}
        />
      ))}
      {x > 0 && x < width && (
        <>
          <text x={x} y={inset - 4} textAnchor="middle" {...label}>
            {vertical}
          </text>
          <text x={x} y={height - inset + 12} textAnchor="middle" {...label}>
            {vertical}
          </text>
        </>
      )}
      {y > 0 && y < height && (
        <text x={width - inset + 3} y={y - 4} textAnchor="end" {...label}>
          {horizontal}
        </text>
      )}
    </g>
  )
}
