import type { PatientPointMm } from '../geometry/affine.ts'
import type { SceneCamera } from './volume-scene.ts'

/** Where a patient point falls in the picture of a parallel camera, in CSS pixels. */
export function project(camera: SceneCamera, point: PatientPointMm, width: number, height: number): [number, number] {
  const d = [0, 1, 2].map((a) => point[a] - camera.focal[a])
  const along = (axis: readonly number[]) => d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2]
  const scale = height / 2 / camera.halfHeightMm
  return [width / 2 + along(camera.right) * scale, height / 2 - along(camera.up) * scale]
}
