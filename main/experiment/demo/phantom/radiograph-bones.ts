import type { Draws } from './draws.ts'
import { addEllipsoid, corticalProfile, type Plane, profile, type TubePainter, type TubePoint } from './plane.ts'
import type { Thorax } from './thorax.ts'

const edgeProfile = profile((rho) => 1 - rho * rho)

/**
 * Twelve pairs of ribs less the floating one, each a hoop seen from the front: posterior limb nearly level from the spine,
 * anterior limb falling towards the sternum and fading where bone turns into cartilage.
 *
 *   x(θ) = centre ± a·sin θ,   y(θ) = y₀ + ½·D·(1 − cos θ),   θ from the spine
 */
export function paintRibs(onto: Plane, painter: TubePainter, thorax: Thorax, body: Float32Array, draws: Draws): void {
  const spacing = 33.5 + draws.normal(0, 1.4)
  const tilt = draws.normal(0, 1.5)
  const density = 0.15 * Math.exp(draws.normal(0, 0.14))
  for (let k = 0; k < 11; k++) {
    for (const side of [-1, 1]) {
      const y0 = thorax.apexY - 22 + k * spacing + side * tilt + draws.normal(0, 1)
      const drop = (72 + 7.5 * k) * draws.uniform(0.95, 1.05)
      const reach = thorax.lateral(y0 + drop * 0.5) + 5
      const width = (6.4 + 0.12 * k) * draws.uniform(0.93, 1.07)
      const at = (theta: number, strength: number): TubePoint => ({
        x: thorax.centre + side * reach * Math.sin(theta),
        y: y0 + 0.5 * drop * (1 - Math.cos(theta)) - 9 * Math.sin(2 * theta) * (theta < Math.PI / 2 ? 1 : 0.2),
        width: width * (0.86 + 0.14 * Math.cos(theta)),
        strength,
      })
      const limb = (from: number, to: number, strength: (theta: number) => number) =>
        Array.from({ length: 49 }, (_, i) => from + ((to - from) * i) / 48).map((theta) => at(theta, strength(theta)))
      painter.paint(
        onto,
        limb(0.1, Math.PI / 2, () => density),
        corticalProfile,
        body,
      )
      if (k > 7) continue
      const end = 2.62 - 0.05 * k
      const fade = (theta: number) => 0.72 * density * Math.min(1, (end - theta) / 0.28)
      painter.paint(onto, limb(Math.PI / 2, end, fade), corticalProfile, body)
    }
  }
}

/** Both clavicles: an S from the manubrium to the shoulder, denser in the middle. */
export function paintClavicles(
  onto: Plane,
  painter: TubePainter,
  thorax: Thorax,
  body: Float32Array,
  draws: Draws,
): void {
  const lift = draws.normal(0, 6)
  for (const side of [-1, 1]) {
    const turn = draws.normal(0, 3)
    const points = Array.from({ length: 40 }, (_, i) => {
      const t = i / 39
      const x = thorax.centre + side * (17 + 176 * t)
      const free = thorax.apexY + 50 + turn - (26 + lift) * t - 9 * Math.sin(2 * Math.PI * t) + 4 * t * t
      const below = thorax.shoulder(x) + 15
      const y = free > below + 20 ? free : 0.5 * (free + below + 10 + Math.sqrt((free - below - 10) ** 2 + 100))
      return { x, y, width: 7.6 - 1.7 * Math.sin(Math.PI * t) + 2.6 * (1 - t) ** 3, strength: 0.17 }
    })
    painter.paint(onto, points, corticalProfile, body)
  }
}

/** Scapulae and humeral heads: broad faint plates whose medial border crosses the upper lateral lung. */
export function paintShoulders(onto: Plane, painter: TubePainter, thorax: Thorax, draws: Draws): void {
  for (const side of [-1, 1]) {
    const rotation = draws.normal(0, 7)
    const border = Array.from({ length: 30 }, (_, i) => {
      const t = i / 29
      return {
        x: thorax.centre + side * (166 + rotation + 26 * t * t + 10 * t),
        y: 96 + 158 * t,
        width: 4.5,
        strength: 0.05,
      }
    })
    painter.paint(onto, border, corticalProfile)
    const plate = border.map((p) => ({
      x: p.x + side * 27,
      y: p.y - 4,
      width: 28 - 9 * ((p.y - 96) / 158),
      strength: 0.06,
    }))
    painter.paint(onto, plate, edgeProfile)
    const head = {
      x: thorax.centre + side * (252 + rotation),
      y: thorax.shoulder(thorax.centre + 240) + 42,
      radiusX: 30,
      radiusY: 32,
      angle: 0,
    }
    addEllipsoid(onto, head, 0.2, 0.35)
    addEllipsoid(onto, { ...head, radiusX: 25, radiusY: 27 }, -0.07, 0.35)
    const shaft = [0, 1, 2].map((t) => ({
      x: head.x + side * 14 * t,
      y: head.y + 10 + 75 * t,
      width: 17,
      strength: 0.16,
    }))
    painter.paint(onto, shaft, corticalProfile)
  }
}

/** The spine behind the mediastinum: bodies with bright end plates, discs between, a pair of pedicles and a spinous process each. */
export function paintSpine(onto: Plane, painter: TubePainter, thorax: Thorax, draws: Draws): void {
  const height = 25.5 + draws.normal(0, 0.8)
  const lean = draws.normal(0, 4)
  const middle = (y: number) => thorax.centre + lean * Math.sin(((y - 60) / 400) * Math.PI)
  const column = Array.from({ length: 60 }, (_, i) => {
    const y = (i / 59) * (onto.size + 20) - 10
    return { x: middle(y), y, width: 16 + 5 * (y / onto.size), strength: 0.17 }
  })
  painter.paint(onto, column, corticalProfile)
  painter.paint(
    onto,
    column.map((p) => ({ ...p, strength: 0.08 })),
    edgeProfile,
  )
  for (let y = draws.uniform(-height, 0); y < onto.size; y += height) {
    const width = 16 + 5 * (Math.max(0, y) / onto.size)
    for (const end of [2.5, height - 4.5]) {
      const plate = [-1, 0, 1].map((t) => ({ x: middle(y) + t * width * 0.88, y: y + end, width: 2.4, strength: 0.07 }))
      painter.paint(onto, plate, edgeProfile)
    }
    for (const side of [-1, 1]) {
      const pedicle = { x: middle(y) + side * width * 0.55, y: y + height * 0.42, radiusX: 3.4, radiusY: 4.6, angle: 0 }
      addEllipsoid(onto, pedicle, 0.09, 0.3)
      addEllipsoid(onto, { ...pedicle, radiusX: 2, radiusY: 3 }, -0.07, 0.3)
    }
    addEllipsoid(onto, { x: middle(y), y: y + height * 0.72, radiusX: 2.6, radiusY: 6.5, angle: 0 }, 0.08, 0.4)
  }
}
