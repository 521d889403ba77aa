import type { Grid } from '../../../main/shared/domain/geometry.ts'
import type { PatientPointMm } from '../geometry/affine.ts'
import { planeExtent, planeFrame, planeToPatient, sliceAt } from '../geometry/planes.ts'
import { project } from './projection.ts'
import type { SceneCamera } from './volume-scene.ts'

/** The axial slice's rectangle in the 3-D picture. */
export function PlaneOutline({
  camera,
  grid,
  point,
  width,
  height,
}: {
  camera: SceneCamera
  grid: Grid
  point: PatientPointMm
  width: number
  height: number
}) {
  const frame = planeFrame(grid, 'axial')
  const { a0, b0, width: w, height: h } = planeExtent(frame)
  const slice = sliceAt(grid, frame, point)
  const corners = [
    [a0, b0],
    [a0 + w, b0],
    [a0 + w, b0 + h],
    [a0, b0 + h],
  ].map(([a, b]) => project(camera, planeToPatient(grid, frame, a, b, slice), width, height))
  return (
    <polygon
      points={corners.map((c) => c.map((v) => v.toFixed(1)).join(',')).join(' ')}
      fill="none"
      stroke="#fff"
      strokeOpacity={0.5}
      strokeWidth={1}
    />
  )
}
