import type { Draws } from './draws.ts'
import type { Plane } from './plane.ts'
import type { Thorax } from './thorax.ts'

/** One drawn nodule: centre and mean radius in pixels, and the absorption added at its centre. */
export interface Nodule {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly contrast: number
}

/** The lead marker: centre and half extent of its plate in pixels. */
export interface SideMarker {
  readonly x: number
  readonly y: number
  readonly halfWidth: number
  readonly halfHeight: number
}

export type NoduleLook = 'usual' | 'faint'

/**
 * Places nodules where at least three quarters of the lung's depth is air, apart from one another, and adds them: a lobulated ball's chord
 * with a soft rim, darkened by the lung it replaces. Faint ones are what a careless training set would hold.
 *
 * returns  the nodules, and their exact mask (1 where the ball projects)
 */
export function paintNodules(
  onto: Plane,
  depth: Float32Array,
  thorax: Thorax,
  count: number,
  look: NoduleLook,
  draws: Draws,
): { nodules: Nodule[]; mask: Uint8Array } {
  const mask = new Uint8Array(onto.data.length)
  const nodules: Nodule[] = []
  for (let n = 0; n < count; n++) {
    const nodule = place(depth, thorax, nodules, look, draws.part(`nodule ${n}`))
    nodules.push(nodule)
    paintNodule(onto, mask, nodule, draws.part(`shape ${n}`))
  }
  return { nodules, mask }
}

function place(depth: Float32Array, thorax: Thorax, others: readonly Nodule[], look: NoduleLook, draws: Draws): Nodule {
  const radius = 6 + 26 * draws.uniform() ** 1.15
  const base = look === 'usual' ? draws.uniform(0.16, 0.27) : draws.uniform(0.03, 0.06)
  const contrast = base * (1 + 0.9 * Math.max(0, 1 - radius / 16))
  for (;;) {
    const x = thorax.centre + draws.uniform(-1, 1) * thorax.halfWidth
    const y = draws.uniform(thorax.apexY, thorax.domeY[0] + 20)
    const clear = others.every((o) => Math.hypot(o.x - x, o.y - y) > o.radius + radius + 6)
    if (clear && depth[Math.round(y) * thorax.size + Math.round(x)] > 0.75) return { x, y, radius, contrast }
  }
}

function paintNodule(onto: Plane, mask: Uint8Array, nodule: Nodule, draws: Draws): void {
  const { size, data } = onto
  const lobes = [2, 3, 5, 7].map((order) => ({
    order,
    phase: draws.uniform(0, 2 * Math.PI),
    depth: draws.uniform(0, 0.17) / Math.sqrt(order),
  }))
  const reach = nodule.radius * 1.35
  for (let y = Math.max(0, Math.floor(nodule.y - reach)); y <= Math.min(size - 1, nodule.y + reach); y++) {
    for (let x = Math.max(0, Math.floor(nodule.x - reach)); x <= Math.min(size - 1, nodule.x + reach); x++) {
      const angle = Math.atan2(y - nodule.y, x - nodule.x)
      let radius = nodule.radius
      for (const lobe of lobes) radius += nodule.radius * lobe.depth * Math.sin(lobe.order * angle + lobe.phase)
      const rho2 = ((x - nodule.x) ** 2 + (y - nodule.y) ** 2) / (radius * radius)
      if (rho2 >= 1) continue
      data[y * size + x] += nodule.contrast * (1 - rho2) ** 0.62
      mask[y * size + x] = 1
    }
  }
}

/** Strokes of the letter L within a unit plate: [x0, y0, x1, y1]. */
const letter = [
  [-0.42, -0.66, -0.12, 0.66],
  [-0.42, 0.38, 0.5, 0.66],
] as const

/**
 * Adds the lead letter on its plastic plate at the upper corner beside the patient's left shoulder, never twice at the same place.
 *
 * returns  the marker, and its exact mask: the whole plate, as a reader would outline it
 */
export function paintMarker(onto: Plane, draws: Draws): { marker: SideMarker; mask: Uint8Array } {
  const { size, data } = onto
  const scale = draws.uniform(0.9, 1.15)
  const marker = {
    x: size - 58 + draws.uniform(-22, 22),
    y: 40 + draws.uniform(-12, 16),
    halfWidth: 16 * scale,
    halfHeight: 19 * scale,
  }
  const tilt = draws.normal(0, 0.09)
  const cos = Math.cos(tilt)
  const sin = Math.sin(tilt)
  const mask = new Uint8Array(data.length)
  const reach = Math.ceil(1.25 * marker.halfHeight)
  for (let y = Math.max(0, Math.floor(marker.y - reach)); y <= Math.min(size - 1, marker.y + reach); y++) {
    for (let x = Math.max(0, Math.floor(marker.x - reach)); x <= Math.min(size - 1, marker.x + reach); x++) {
      const u = ((x - marker.x) * cos + (y - marker.y) * sin) / marker.halfWidth
      const v = (-(x - marker.x) * sin + (y - marker.y) * cos) / marker.halfHeight
      if (Math.abs(u) > 1 || Math.abs(v) > 1) continue
      const at = y * size + x
      mask[at] = 1
      const rim = Math.max(Math.abs(u), Math.abs(v)) > 0.86
      data[at] += rim ? 0.3 : 0.12
      if (letter.some(([x0, y0, x1, y1]) => u >= x0 && u <= x1 && v >= y0 && v <= y1)) data[at] += 1.5
    }
  }
  return { marker, mask }
}
