import type { Draws } from './draws.ts'
import {
  addEllipsoid,
  type Ellipse,
  type Plane,
  plane,
  profile,
  solidProfile,
  type TubePainter,
  type TubePoint,
} from './plane.ts'
import type { Thorax } from './thorax.ts'

const wallProfile = profile((rho) => (rho < 0.72 ? 0 : (rho - 0.72) / 0.28) * (1 - rho) * 4)

/**
 * The heart and great vessels as one shape, 0 … 1, with the ventricle bulging to the patient's left (right on the film). Where it
 * lies it takes the place of lung: `depth` shrinks.
 */
export function placeHeart(thorax: Thorax, depth: Float32Array, draws: Draws): Plane {
  const { centre } = thorax
  const heart = plane(thorax.size)
  const size = Math.exp(draws.normal(0, 0.075))
  const baseY = thorax.domeY[0] - 50
  const merge = (e: Ellipse, fullness: number) => {
    const part = plane(thorax.size)
    addEllipsoid(part, e, fullness, 0.32)
    for (let i = 0; i < part.data.length; i++) {
      if (part.data[i] > 0) heart.data[i] = 1 - (1 - heart.data[i]) * (1 - part.data[i])
    }
  }
  merge(
    { x: centre + 33 * size, y: baseY, radiusX: 94 * size, radiusY: 72 * size, angle: -0.62 + draws.normal(0, 0.07) },
    0.9,
  )
  merge({ x: centre - 14, y: baseY - 4, radiusX: 47 * size, radiusY: 68 * size, angle: 0.1 }, 0.75)
  merge({ x: centre + 31, y: thorax.apexY + 116, radiusX: 21 * size, radiusY: 23 * size, angle: 0 }, 0.75)
  merge({ x: centre + 32, y: thorax.apexY + 160, radiusX: 22, radiusY: 30, angle: 0.2 }, 0.5)
  for (let i = 0; i < depth.length; i++) depth[i] *= 1 - 0.86 * heart.data[i]
  return heart
}

/** Blood of the heart, descending aorta and the air of trachea and main bronchi. */
export function paintMediastinum(onto: Plane, painter: TubePainter, thorax: Thorax, heart: Plane, draws: Draws): void {
  const { centre } = thorax
  for (let i = 0; i < heart.data.length; i++) onto.data[i] += 0.11 * heart.data[i]
  const aorta = line([centre + 34, thorax.apexY + 116], [centre + 20, thorax.domeY[1] + 30], 17, 0.07)
  painter.paint(onto, aorta, solidProfile)
  const carina = thorax.apexY + 124 + draws.normal(0, 6)
  const trachea = line([centre + draws.normal(0, 3), -8], [centre - 3, carina], 10.5, -0.13)
  painter.paint(onto, trachea, solidProfile)
  painter.paint(
    onto,
    trachea.map((p) => ({ ...p, strength: 0.04 })),
    wallProfile,
  )
  painter.paint(onto, line([centre - 4, carina - 4], [centre - 44, carina + 36], 8, -0.09), solidProfile)
  painter.paint(onto, line([centre - 2, carina - 4], [centre + 52, carina + 48], 7, -0.08), solidProfile)
}

/** Liver, stomach bubble and bowel gas below the domes. */
export function paintAbdomen(onto: Plane, thorax: Thorax, draws: Draws): void {
  const { size, centre } = thorax
  if (draws.chance(0.8)) {
    const bubble = {
      x: centre + 92 + draws.normal(0, 12),
      y: thorax.domeY[1] + 38 + draws.normal(0, 4),
      radiusX: draws.uniform(22, 46),
      radiusY: draws.uniform(12, 22),
      angle: draws.normal(0, 0.2),
    }
    addEllipsoid(onto, bubble, -0.24, 0.3)
  }
  for (let n = draws.integer(1, 4); n > 0; n--) {
    addEllipsoid(
      onto,
      {
        x: centre + draws.uniform(40, 190),
        y: size - draws.uniform(0, 40),
        radiusX: draws.uniform(10, 30),
        radiusY: draws.uniform(8, 16),
        angle: draws.uniform(-1, 1),
      },
      -0.12,
      0.4,
    )
  }
}

/** Soft folds that every chest has: breasts or pectoral muscles, drawn as broad shades with a rounded lower edge. */
export function paintFolds(onto: Plane, thorax: Thorax, draws: Draws): void {
  const strength = draws.chance(0.5) ? draws.uniform(0.05, 0.13) : draws.uniform(0, 0.04)
  const y = draws.uniform(270, 330)
  const radius = draws.uniform(78, 104)
  for (const side of [-1, 1]) {
    const fold = {
      x: thorax.centre + side * draws.uniform(104, 118),
      y: y + draws.normal(0, 4),
      radiusX: radius,
      radiusY: radius * draws.uniform(0.8, 1),
      angle: 0,
    }
    addEllipsoid(onto, fold, strength, 0.4)
  }
}

/**
 * Pulmonary vessels: from each hilum a tree that forks into ever thinner branches towards the pleura, larger in the bases;
 * seen only where lung lies in front and behind (`depth`).
 */
export function paintVessels(
  onto: Plane,
  painter: TubePainter,
  thorax: Thorax,
  depth: Float32Array,
  draws: Draws,
): void {
  const strength = 0.027 * Math.exp(draws.normal(0, 0.12))
  for (const side of [-1, 1] as const) {
    const hilumX = thorax.centre + side * (46 + draws.normal(0, 3))
    const hilumY = thorax.apexY + 152 + (side > 0 ? -10 : 0) + draws.normal(0, 6)
    addEllipsoid(onto, { x: hilumX, y: hilumY + 12, radiusX: 17, radiusY: 34, angle: side * 0.3 }, 0.09, 0.5, depth)
    const trunks = draws.integer(9, 11)
    for (let n = 0; n < trunks; n++) {
      const angle = -1.35 + (2.75 * (n + draws.uniform(0.2, 0.8))) / trunks
      const width = 3.1 + 1.5 * Math.max(0, Math.sin(angle)) + draws.normal(0, 0.3)
      branch({ onto, painter, depth, draws, side, strength }, hilumX, hilumY + 22 * Math.sin(angle), angle, width)
    }
  }
}

interface Growth {
  readonly onto: Plane
  readonly painter: TubePainter
  readonly depth: Float32Array
  readonly draws: Draws
  readonly side: -1 | 1
  readonly strength: number
}

/** Grows one vessel; `angle` is measured from the horizontal outwards, positive downwards. */
function branch(growth: Growth, startX: number, startY: number, startAngle: number, startWidth: number): void {
  const { draws, side, onto } = growth
  let x = startX
  let y = startY
  let angle = startAngle
  let width = startWidth
  const points: TubePoint[] = []
  const steps = Math.round(5 + 2.2 * startWidth)
  for (let step = 0; step <= steps; step++) {
    points.push({ x, y, width, strength: growth.strength * width })
    angle += draws.normal(0, 0.075)
    x += side * Math.cos(angle) * 7.5
    y += Math.sin(angle) * 7.5
    width *= 0.955
    if (x < 0 || y < 0 || x >= onto.size || y >= onto.size) break
  }
  growth.painter.paint(onto, points, solidProfile, growth.depth)
  if (width < 0.95) return
  const spread = draws.uniform(0.28, 0.6)
  branch(growth, x, y, angle + spread, width * draws.uniform(0.6, 0.82))
  branch(growth, x, y, angle - draws.uniform(0.2, 0.5), width * draws.uniform(0.68, 0.9))
}

function line(
  from: readonly [number, number],
  to: readonly [number, number],
  width: number,
  strength: number,
): TubePoint[] {
  return Array.from({ length: 12 }, (_, i) => {
    const t = i / 11
    return {
      x: from[0] + t * (to[0] - from[0]),
      y: from[1] + t * (to[1] - from[1]),
      width,
      strength: strength * Math.min(1, 6 * (1 - t)),
    }
  })
}
