import type { Draws } from './draws.ts'
import { lungDepthMm, type Point, type Torso, trunkRadius } from './torso.ts'
import { type Bead, type Canvas, paintTube, toMm } from './volume-paint.ts'

const air = -1000
const fat = -98
const muscle = 52
const lungHu = -868

/**
 * Fills skin, fat, muscle, mediastinal fat, heart, liver and the lungs' air, each edge blended over about 2 mm.
 *
 * returns  1 where the voxel's centre lies in a lung
 */
export function paintTrunk(canvas: Canvas, torso: Torso, draws: Draws): Uint8Array {
  const [ni, nj, nk] = canvas.dims
  const lungs = new Uint8Array(canvas.hu.length)
  const density = lungHu + draws.normal(0, 12)
  const blend = (depthMm: number) => Math.min(1, Math.max(0, 0.5 + depthMm / 2.2))
  for (let k = 0; k < nk; k++) {
    const z = toMm(canvas, 2, k)
    for (let j = 0; j < nj; j++) {
      const y = toMm(canvas, 1, j)
      for (let i = 0; i < ni; i++) {
        const x = toMm(canvas, 0, i)
        const index = i + ni * (j + nj * k)
        const skinMm = (1 - trunkRadius(torso, x, y, z)) * torso.halfDepth
        if (skinMm < -2) {
          canvas.hu[index] = air
          continue
        }
        const depth = skinMm > torso.wallMm * 0.6 ? lungDepthMm(torso, x, y, z) : -9
        let hu = solidHu(torso, x, y, z, skinMm)
        const cover = blend(depth)
        if (cover > 0) hu += cover * (density + 0.35 * y * 0.6 - hu)
        hu += (1 - blend(skinMm)) * (air - hu)
        canvas.hu[index] = hu
        if (depth > 0) lungs[index] = 1
      }
    }
  }
  return lungs
}

/** HU of what is not lung. */
function solidHu(torso: Torso, x: number, y: number, z: number, skinMm: number): number {
  if (skinMm < 2.2) return 10
  if (skinMm < torso.fatMm) return fat
  if (skinMm < torso.fatMm + 1.6) return fat + ((muscle - fat) * (skinMm - torso.fatMm)) / 1.6
  const { centre: c, radii: r } = torso.heart
  const p = (x - c[0]) * 0.86 + (y - c[1]) * 0.3
  const q = (y - c[1]) * 0.86 - (x - c[0]) * 0.3
  const heart = (p / r[0]) ** 2 + (q / r[1]) ** 2 + ((z - c[2]) / r[2]) ** 2
  if (heart < 0.98) return heart < 0.42 ? 74 : 58
  if (Math.abs(x) < 44 && y < 52 && y > -torso.halfDepth + torso.fatMm + 16 && z > torso.domeZ[0] - 6)
    return heart < 1.25 ? -70 : -55
  const wall = skinMm - torso.fatMm
  if (z < torso.domeZ[x < 0 ? 0 : 1] + 12 && wall > 21)
    return x < 28 ? 64 : Math.hypot(x - 85, y + 35, z + 92) < 31 ? -780 : 46
  const layer = Math.sin(wall * 0.62 + 0.02 * x)
  return layer > 0.9 && wall < 16 ? -20 : muscle
}

/** Aorta, cava, pulmonary trunk (contrast-filled) and the airways. */
export function paintGreatVessels(canvas: Canvas, torso: Torso): void {
  const blood = 148
  const tube = (hu: number, ...beads: (readonly [number, number, number, number])[]) =>
    paintTube(
      canvas,
      beads.map(([x, y, z, radiusMm]): Bead => ({ at: [x, y, z], radiusMm })),
      hu,
    )
  const r = torso.aortaMm
  const h = torso.hilumZ
  tube(
    blood,
    [-4, -24, h - 12, r + 1.5],
    [-9, -20, h + 12, r + 1],
    [-5, -10, h + 30, r],
    [6, 10, h + 38, r],
    [15, 32, h + 30, r - 0.5],
    [18, 46, h + 10, r - 1],
    [16, 50, -100, r - 2],
  )
  tube(blood - 20, [-24, -8, h + 60, 7], [-24, -10, h + 10, 8.5], [-22, -8, h - 20, 9])
  tube(blood + 14, [8, -22, h - 14, 12], [14, -10, h + 4, 11.5], [6, 2, h + 8, 10])
  tube(blood + 14, [6, 2, h + 8, 10], [-16, 4, h + 5, 9], [-40, 8, h, 7])
  tube(blood + 14, [12, 0, h + 9, 9], [28, 12, h + 9, 8], [40, 16, h + 2, 7])
  for (const [x, y] of [
    [-12, -4],
    [2, 2],
    [16, 8],
  ])
    tube(blood - 8, [x * 0.8, y, h + 36, 5.5], [x, y - 2, h + 62, 5], [x * 1.5, y - 4, 110, 4.6])
  tube(30, [2, 40, 110, 6], [4, 40, h, 5], [8, 38, -70, 6])
  for (const [hu, extra] of [
    [40, 1.7],
    [-1000, 0],
  ] as const) {
    tube(hu, [0, 20, 110, 8.5 + extra], [0, 22, h + 22, 8.3 + extra])
    tube(hu, [0, 22, h + 22, 7.5 + extra], [-16, 23, h + 8, 6.8 + extra], [-38, 20, h - 6, 5.2 + extra])
    tube(hu, [0, 22, h + 22, 7.2 + extra], [20, 24, h + 6, 6.2 + extra], [42, 24, h - 4, 5 + extra])
  }
}

/** Pulmonary vessels: trees from both hila, forking outwards until thinner than half a voxel. */
export function paintLungVessels(canvas: Canvas, torso: Torso, lungs: Uint8Array, draws: Draws): void {
  for (const side of [-1, 1]) {
    const trunks = 13
    for (let n = 0; n < trunks; n++) {
      const elevation = -1.25 + (2.45 * (n + draws.uniform(0.2, 0.8))) / trunks
      const azimuth = draws.uniform(-1.35, 1.35)
      const direction: Point = [
        side * Math.cos(elevation) * Math.cos(azimuth),
        Math.cos(elevation) * Math.sin(azimuth),
        Math.sin(elevation),
      ]
      grow(
        canvas,
        lungs,
        draws,
        [side * 36, 12, torso.hilumZ + 16 * Math.sin(elevation)],
        direction,
        3.6 + draws.normal(0, 0.4),
      )
    }
  }
}

function grow(canvas: Canvas, lungs: Uint8Array, draws: Draws, from: Point, along: Point, radius: number): void {
  const beads: Bead[] = []
  let [x, y, z] = from
  let direction = along
  let radiusMm = radius
  for (let step = 0; step <= 4 + radius; step++) {
    beads.push({ at: [x, y, z], radiusMm })
    direction = turned(direction, draws, 0.14)
    x += direction[0] * 5
    y += direction[1] * 5
    z += direction[2] * 5
    radiusMm *= 0.955
  }
  paintTube(canvas, beads, 36, lungs)
  if (radiusMm < 0.72) return
  grow(canvas, lungs, draws, [x, y, z], turned(direction, draws, 0.42), radiusMm * draws.uniform(0.7, 0.9))
  grow(canvas, lungs, draws, [x, y, z], turned(direction, draws, 0.55), radiusMm * draws.uniform(0.58, 0.8))
}

function turned(direction: Point, draws: Draws, by: number): Point {
  const v = direction.map((c) => c + draws.normal(0, by))
  const length = Math.hypot(v[0], v[1], v[2])
  return [v[0] / length, v[1] / length, v[2] / length]
}
