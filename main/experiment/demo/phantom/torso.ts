import type { Draws } from './draws.ts'

/** Millimetres about the middle of the scan: x to the patient's left, y to the back, z to the head. */
export type Point = readonly [number, number, number]

/** The drawn patient of a CT: proportions from which every organ is placed. */
export interface Torso {
  /** Half width and half depth of the trunk. */
  readonly halfWidth: number
  readonly halfDepth: number
  readonly fatMm: number
  readonly wallMm: number
  readonly apexZ: number
  /** Height of the right and left dome. */
  readonly domeZ: readonly [number, number]
  readonly heart: { readonly centre: Point; readonly radii: Point }
  readonly hilumZ: number
  readonly aortaMm: number
}

export function drawTorso(draws: Draws): Torso {
  const build = Math.exp(draws.normal(0, 0.045))
  const right = -44 + draws.normal(0, 8)
  const size = Math.exp(draws.normal(0, 0.06))
  return {
    halfWidth: 168 * build,
    halfDepth: 112 * build * Math.exp(draws.normal(0, 0.03)),
    fatMm: 9 * Math.exp(draws.normal(0, 0.4)),
    wallMm: 26 + draws.normal(0, 2),
    apexZ: 88 + draws.normal(0, 6),
    domeZ: [right, right - 9 + draws.normal(0, 3)],
    heart: {
      centre: [24 + draws.normal(0, 3), -26 + draws.normal(0, 3), right + 20 + draws.normal(0, 3)],
      radii: [60 * size, 47 * size, 46 * size],
    },
    hilumZ: 12 + draws.normal(0, 5),
    aortaMm: 12.5 + draws.normal(0, 1),
  }
}

/** ρ of the trunk's superellipse: 1 on the skin. Broader towards the shoulders. */
export function trunkRadius(torso: Torso, x: number, y: number, z: number): number {
  const shoulder = 1 + 0.1 * Math.max(0, (z - 30) / 66)
  const u = Math.abs(x) / (torso.halfWidth * shoulder)
  const v = Math.abs(y) / torso.halfDepth
  return (u * u * Math.sqrt(u) + v * v * Math.sqrt(v)) ** 0.4
}

/**
 * Signed depth into the lung in mm, positive inside: an ellipse per side and height, cut by the mediastinum, the heart and the dome
 * of the diaphragm. Approximate away from the surface, exact enough for edges a voxel wide.
 */
export function lungDepthMm(torso: Torso, x: number, y: number, z: number): number {
  const side = x < 0 ? 0 : 1
  const up = (z + 92) / (torso.apexZ + 92)
  if (up >= 1) return -5
  const round = Math.sqrt(1 - Math.max(0, up) ** 3)
  const radiusX = (torso.halfWidth - torso.wallMm - torso.fatMm - 8) * 0.53 * (0.35 + 0.65 * round)
  const radiusY = (torso.halfDepth - torso.wallMm - torso.fatMm + 3) * (0.3 + 0.7 * round)
  const centreX =
    (side === 0 ? -1 : 1) * (torso.halfWidth - torso.wallMm - torso.fatMm - radiusX - 4 - 30 * (1 - round))
  const u = (x - centreX) / radiusX
  const v = (y - 4) / radiusY
  const radial = (1 - Math.sqrt(u * u + v * v)) * Math.min(radiusX, radiusY)
  const centre = 22 + 8 * Math.max(0, v) - 11 * Math.exp(-((y + 55) * (y + 55)) / 900) * round
  const medial = Math.abs(x) - centre
  const away = (Math.abs(x) - 82) / 95
  const back = (y + 18) / 105
  const dome = z - torso.domeZ[side] + 46 * (away * away + back * back)
  const { centre: c, radii: r } = torso.heart
  const p = (x - c[0]) * 0.86 + (y - c[1]) * 0.3
  const q = (y - c[1]) * 0.86 - (x - c[0]) * 0.3
  const heart = (Math.sqrt((p / r[0]) ** 2 + (q / r[1]) ** 2 + ((z - c[2]) / r[2]) ** 2) - 1) * 45
  return Math.min(radial, medial, dome * 0.8, heart)
}
