import { cross } from '../../../main/shared/geometry/affine.ts'
import type { SceneCamera } from './volume-scene.ts'

const faces = [
  { letter: 'L', normal: [1, 0, 0], up: [0, 0, 1] },
  { letter: 'R', normal: [-1, 0, 0], up: [0, 0, 1] },
  { letter: 'P', normal: [0, 1, 0], up: [0, 0, 1] },
  { letter: 'A', normal: [0, -1, 0], up: [0, 0, 1] },
  { letter: 'S', normal: [0, 0, 1], up: [0, -1, 0] },
  { letter: 'I', normal: [0, 0, -1], up: [0, -1, 0] },
] as const

const half = 15

/** A small cube with the letters of the faces turned towards the reader, from the camera of this very picture. */
export function OrientationCube({ camera, x, y }: { camera: SceneCamera; x: number; y: number }) {
  const back = cross(camera.right, camera.up)
  const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  const place = (p: readonly number[]): [number, number] => [
    x + dot(p, camera.right) * half,
    y - dot(p, camera.up) * half,
  ]
  const seen = faces
    .filter((face) => dot(face.normal, back) > 0.02)
    .sort((a, b) => dot(a.normal, back) - dot(b.normal, back))
  return (
    <g>
      {seen.map(({ letter, normal, up }) => {
        const side = cross(up, normal)
        const corner = (s: number, u: number) => place([0, 1, 2].map((a) => normal[a] + side[a] * s + up[a] * u))
        const points = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)].map((p) => p.join(',')).join(' ')
        const [cx, cy] = place(normal)
        const facing = dot(normal, back)
        return (
          <g key={letter}>
            <polygon
              points={points}
              fill={`rgb(${Math.round(40 + 30 * facing)} ${Math.round(40 + 30 * facing)} ${Math.round(40 + 30 * facing)})`}
              stroke="#b5b5b5"
              strokeWidth={1}
              strokeLinejoin="round"
            />
            {facing > 0.25 && (
              <text x={cx} y={cy + 4} textAnchor="middle" fontSize={11} fontWeight={600} fill="#e6e6e6">
                {letter}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
}
