import { type Draws, mix } from './draws.ts'

/** A square picture of `size`² values, row by row. */
export interface Plane {
  readonly size: number
  readonly data: Float32Array
}

/** A point of a tube's centre line: position and half width in pixels, and how strongly it absorbs there. */
export interface TubePoint {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly strength: number
}

export function plane(size: number): Plane {
  return { size, data: new Float32Array(size * size) }
}

const profileSteps = 256

/** Tabulates the absorption across a tube as a function of ρ = distance ÷ half width, for ρ in [0, 1]. */
export function profile(of: (rho: number) => number): Float32Array {
  return Float32Array.from({ length: profileSteps + 1 }, (_, i) => of(i / profileSteps))
}

/** Chord through a full cylinder: vessels. */
export const solidProfile = profile((rho) => Math.sqrt(Math.max(0, 1 - rho * rho)))

/** Chord through a cylinder of dense cortex around a lighter marrow: the two bright edges of a rib. */
export const corticalProfile = profile((rho) => {
  const outer = Math.sqrt(Math.max(0, 1 - rho * rho))
  const inner = Math.sqrt(Math.max(0, 0.74 * 0.74 - rho * rho))
  return outer - 0.72 * inner
})

/** Draws tubes; keeps the scratch memory that lets a tube cross its own bounding boxes without being counted twice. */
export class TubePainter {
  private readonly nearest: Float32Array
  private readonly strength: Float32Array
  private touched: Int32Array
  private readonly size: number

  constructor(size: number) {
    this.size = size
    this.nearest = new Float32Array(size * size).fill(2)
    this.strength = new Float32Array(size * size)
    this.touched = new Int32Array(size * size)
  }

  /** Adds strength(point)·profile(ρ) of one tube to `onto`, times `gate` where one is given. */
  paint(onto: Plane, points: readonly TubePoint[], shape: Float32Array, gate: Float32Array | null = null): void {
    let count = 0
    for (let p = 1; p < points.length; p++) count = this.segment(points[p - 1], points[p], count)
    for (let n = 0; n < count; n++) {
      const at = this.touched[n]
      const value = this.strength[at] * shape[Math.round(this.nearest[at] * profileSteps)]
      onto.data[at] += gate ? value * gate[at] : value
      this.nearest[at] = 2
    }
  }

  /** Keeps, for every pixel within the segment's width, the smallest ρ seen so far in this tube. */
  private segment(a: TubePoint, b: TubePoint, already: number): number {
    const { size, nearest, strength, touched } = this
    let count = already
    const reach = Math.max(a.width, b.width)
    const x0 = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach))
    const x1 = Math.min(size - 1, Math.ceil(Math.max(a.x, b.x) + reach))
    const y0 = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach))
    const y1 = Math.min(size - 1, Math.ceil(Math.max(a.y, b.y) + reach))
    const dx = b.x - a.x
    const dy = b.y - a.y
    const inverse = 1 / Math.max(1e-9, dx * dx + dy * dy)
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const t = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) * inverse))
        const ex = x - a.x - t * dx
        const ey = y - a.y - t * dy
        const width = a.width + t * (b.width - a.width)
        const rho2 = (ex * ex + ey * ey) / (width * width)
        if (rho2 > 1) continue
        const rho = Math.sqrt(rho2)
        const at = y * size + x
        if (rho >= nearest[at]) continue
        if (nearest[at] > 1) touched[count++] = at
        nearest[at] = rho
        strength[at] = a.strength + t * (b.strength - a.strength)
      }
    }
    return count
  }
}

export interface Ellipse {
  readonly x: number
  readonly y: number
  readonly radiusX: number
  readonly radiusY: number
  /** Radians, anticlockwise on the screen. */
  readonly angle: number
}

/** Adds strength·√(1−ρ²) inside the ellipse: the chord through an ellipsoid; `power` below ½ flattens it. */
export function addEllipsoid(
  onto: Plane,
  e: Ellipse,
  strength: number,
  power = 0.5,
  gate: Float32Array | null = null,
): void {
  const { size, data } = onto
  const reach = Math.max(e.radiusX, e.radiusY)
  const cos = Math.cos(e.angle)
  const sin = Math.sin(e.angle)
  const y1 = Math.min(size - 1, Math.ceil(e.y + reach))
  const x1 = Math.min(size - 1, Math.ceil(e.x + reach))
  for (let y = Math.max(0, Math.floor(e.y - reach)); y <= y1; y++) {
    for (let x = Math.max(0, Math.floor(e.x - reach)); x <= x1; x++) {
      const u = ((x - e.x) * cos - (y - e.y) * sin) / e.radiusX
      const v = ((x - e.x) * sin + (y - e.y) * cos) / e.radiusY
      const inside = 1 - u * u - v * v
      if (inside <= 0) continue
      const at = y * size + x
      const value = strength * (power === 0.5 ? Math.sqrt(inside) : inside ** power)
      data[at] += gate ? value * gate[at] : value
    }
  }
}

/** Smooth value noise of one octave, between −1 and 1, its cells `cell` pixels wide, added with `strength`. */
export function addTexture(
  onto: Plane,
  draws: Draws,
  cell: number,
  strength: number,
  gate: Float32Array | null = null,
): void {
  const { size, data } = onto
  const cells = Math.ceil(size / cell) + 2
  const lattice = new Float32Array(cells * cells)
  for (let i = 0; i < lattice.length; i++)
    lattice[i] = (mix((draws.key + Math.imul(i, 0x9e3779b1)) | 0) / 0x8000_0000 - 1) * strength
  const smooth = (t: number) => t * t * (3 - 2 * t)
  const column = new Int32Array(size)
  const weight = new Float32Array(size)
  for (let x = 0; x < size; x++) {
    column[x] = Math.floor(x / cell)
    weight[x] = smooth(x / cell - column[x])
  }
  for (let y = 0; y < size; y++) {
    const top = column[y] * cells
    const wy = weight[y]
    for (let x = 0; x < size; x++) {
      const i = top + column[x]
      const wx = weight[x]
      const upper = lattice[i] + wx * (lattice[i + 1] - lattice[i])
      const lower = lattice[i + cells] + wx * (lattice[i + cells + 1] - lattice[i + cells])
      const at = y * size + x
      const value = upper + wy * (lower - upper)
      data[at] += gate ? value * gate[at] : value
    }
  }
}

/** Separable three-tap blur, edges repeated; `weight` is that of each neighbour. */
export function blur(picture: Plane, weight: number): void {
  const { size, data } = picture
  const centre = 1 - 2 * weight
  const line = new Float32Array(size)
  for (const [step, along] of [
    [1, size],
    [size, 1],
  ] as const) {
    for (let n = 0; n < size; n++) {
      const start = n * along
      for (let i = 0; i < size; i++) line[i] = data[start + i * step]
      for (let i = 0; i < size; i++) {
        const before = line[i > 0 ? i - 1 : 0]
        const after = line[i < size - 1 ? i + 1 : size - 1]
        data[start + i * step] = centre * line[i] + weight * (before + after)
      }
    }
  }
}
