import type { Draws } from './draws.ts'

/** The drawn patient: every later part of the radiograph is placed by these lines. Pixels of a 512×512 film. */
export interface Thorax {
  readonly size: number
  readonly centre: number
  readonly apexY: number
  readonly domeY: readonly [number, number]
  readonly halfWidth: number
  /** Build of the body: 1 is average, larger is stouter. */
  readonly build: number
  /** Half width of the thoracic cage at a height. */
  lateral(y: number): number
  /** Distance from the midline to the medial edge of a lung; side 0 is the patient's right (left on the film). */
  medial(y: number, side: 0 | 1): number
  /** Height of the diaphragm below a point. */
  diaphragm(x: number, side: 0 | 1): number
  /** Height of the shoulder line above a point. */
  shoulder(x: number): number
}

/**
 * Draws the proportions of one patient: a cage that rounds off at the apices and is widest above the diaphragm, two domes
 * of which the right stands higher, and shoulders that fall from the neck.
 */
export function drawThorax(draws: Draws, size = 512): Thorax {
  const centre = size / 2 + draws.normal(0, 5)
  const apexY = 66 + draws.normal(0, 8)
  const right = 386 + draws.normal(0, 14)
  const domeY = [right, right + 10 + draws.normal(0, 5)] as const
  const halfWidth = 192 + draws.normal(0, 11)
  const build = Math.exp(draws.normal(0, 0.09))
  const lungTopX = 74 + draws.normal(0, 4)
  const mediastinum = [31 + draws.normal(0, 3), 33 + draws.normal(0, 3)] as const
  const bottom = right + 62
  const shoulderDrop = 84 + draws.normal(0, 8)
  const sweep = draws.uniform(0.8, 1.25)
  const along = (y: number) => Math.min(1, Math.max(0, (y - apexY) / (bottom - apexY)))
  return {
    size,
    centre,
    apexY,
    domeY,
    halfWidth,
    build,
    lateral: (y) => lungTopX + (halfWidth - lungTopX) * (1 - (1 - along(y)) ** 2.5) ** 0.62,
    medial: (y, side) => {
      const t = Math.min(1, along(y) * 3.2)
      const edge = mediastinum[side] + 8 * along(y)
      return lungTopX - (lungTopX - edge) * Math.sqrt(1 - (1 - t) ** 2)
    },
    diaphragm: (x, side) => {
      const away = Math.abs(x - centre) / halfWidth
      const outward = Math.max(0, away - 0.46) / 0.54
      const inward = Math.max(0, 0.46 - away) / 0.46
      return domeY[side] + 66 * outward ** 2.2 + 26 * inward ** 2
    },
    shoulder: (x) => {
      const away = Math.abs(x - centre)
      if (away < 64) return 26 - (64 - away) * 5
      return 26 + shoulderDrop * (1 - Math.exp((-sweep * (away - 64)) / 72))
    },
  }
}

const half = (depth: number, radius: number) => {
  if (depth <= 0) return 0
  const t = Math.min(1, depth / radius)
  return Math.sqrt(t * (2 - t))
}

/**
 * How much lung lies behind each pixel, 0 … 1: thin at the lateral wall, full a hand's breadth inwards, with the sharp edges
 * that mediastinum and diaphragm draw.
 */
export function lungDepth(thorax: Thorax): Float32Array {
  const { size, centre } = thorax
  const depth = new Float32Array(size * size)
  const domes = Float32Array.from({ length: size }, (_, x) => thorax.diaphragm(x, x < centre ? 0 : 1))
  for (let y = Math.max(0, Math.floor(thorax.apexY)); y < size; y++) {
    const wall = thorax.lateral(y)
    const inner = [thorax.medial(y, 0), thorax.medial(y, 1)]
    for (let x = Math.max(0, Math.floor(centre - wall)); x <= Math.min(size - 1, centre + wall); x++) {
      const away = Math.abs(x - centre)
      const side = x < centre ? 0 : 1
      const below = domes[x] - y
      const medially = away - inner[side]
      if (below <= 0 || medially <= 0 || away >= wall) continue
      depth[y * size + x] = half(wall - away, 78) * half(medially, 26) * half(below, 13)
    }
  }
  return depth
}

/** Thickness of soft tissue without lung: the trunk's cross-section, cut by the shoulder line; 0 outside the body. */
export function softTissue(thorax: Thorax): Float32Array {
  const { size, centre, build } = thorax
  const tissue = new Float32Array(size * size)
  for (let x = 0; x < size; x++) {
    const across = (x - centre) / (285 * build)
    const trunk = Math.sqrt(Math.max(0.05, 1 - across * across))
    const top = thorax.shoulder(x)
    for (let y = Math.max(0, Math.floor(top)); y < size; y++) {
      const rim = half(y - top, 46)
      const below = Math.min(1, Math.max(0, (y - thorax.domeY[0] + 60) / 170))
      const belly = 1 + 0.16 * below * below * (3 - 2 * below)
      tissue[y * size + x] = (0.3 + 0.62 * trunk) * rim * belly * build
    }
  }
  return tissue
}
