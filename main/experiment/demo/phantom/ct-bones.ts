import type { Draws } from './draws.ts'
import type { Point, Torso } from './torso.ts'
import { type Bead, type Canvas, paintTube, toIndex, toMm } from './volume-paint.ts'

/** Ribs as tilted hoops of cortex around marrow, from the spine to the costal cartilage, plus sternum and scapulae. */
export function paintCage(canvas: Canvas, torso: Torso, draws: Draws): void {
  const a = torso.halfWidth - torso.fatMm - 13
  const b = torso.halfDepth - torso.fatMm - 12
  for (let n = 0; n < 11; n++) {
    for (const side of [-1, 1]) {
      const z0 = 112 - 22 * n + draws.normal(0, 0.8)
      const upper = Math.min(1, 0.72 + 0.11 * n)
      const beads = Array.from({ length: 46 }, (_, i): Bead => {
        const theta = 0.19 + (2.42 * i) / 45
        const at: Point = [
          side * a * upper * Math.sin(theta) ** 0.94,
          b * (theta < Math.PI / 2 ? upper * 0.28 + 0.72 : 1) * Math.cos(theta) * (theta < 1 ? 0.93 : 0.97),
          z0 - 50 * (0.5 - 0.5 * Math.cos(theta)),
        ]
        return { at, radiusMm: theta > 2.35 ? 4.6 : 5.4 }
      })
      const bony = beads.filter((_, i) => i < 40)
      paintTube(canvas, beads.slice(39), 95)
      paintTube(canvas, bony, 520)
      paintTube(
        canvas,
        bony.map((p) => ({ ...p, radiusMm: p.radiusMm - 2.4 })),
        190,
      )
    }
  }
  const front = -torso.halfDepth + torso.fatMm + 9
  for (const x of [-9, -3, 3, 9])
    paintTube(
      canvas,
      [
        [x, front, 70],
        [x, front - 3, 10],
        [x * 0.7, front - 1, -34],
      ].map((at) => ({ at: at as unknown as Point, radiusMm: 4.6 })),
      240,
    )
  for (const side of [-1, 1]) {
    for (let n = 0; n < 13; n++) {
      const x = side * (torso.halfWidth * (0.55 + 0.029 * n))
      const y = torso.halfDepth * (0.83 - 0.0049 * n * n)
      paintTube(
        canvas,
        [
          [x, y, 98],
          [x * 0.99, y + 2, 60 - 1.4 * n],
          [x * 0.97, y + 1, 22 + 4.2 * n],
        ].map((at) => ({ at: at as unknown as Point, radiusMm: 2.7 })),
        330,
      )
    }
  }
}

/** Vertebrae with end plates and discs, canal, pedicles, transverse and spinous processes. */
export function paintSpine(canvas: Canvas, torso: Torso, draws: Draws): void {
  const pitch = 23 + draws.normal(0, 0.5)
  const start = -110 + draws.uniform(0, pitch)
  const bodyY = torso.halfDepth - torso.fatMm - 47
  const phase = (z: number) => (((z - start) % pitch) + pitch) % pitch
  const [ni, nj, nk] = canvas.dims
  const reach = (axis: 0 | 1, low: number, high: number) => [
    Math.max(0, Math.floor(toIndex(canvas, axis, low))),
    Math.min(canvas.dims[axis] - 1, Math.ceil(toIndex(canvas, axis, high))),
  ]
  const [i0, i1] = reach(0, -26, 26)
  const [j0, j1] = reach(1, bodyY - 22, bodyY + 40)
  for (let k = 0; k < nk; k++) {
    const p = phase(toMm(canvas, 2, k))
    const disc = p < 4.2
    const plate = !disc && (p < 6.2 || p > pitch - 2)
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++) {
        const x = toMm(canvas, 0, i)
        const y = toMm(canvas, 1, j)
        const index = i + ni * (j + nj * k)
        const rho = Math.hypot(x / 19, (y - bodyY) / 15)
        if (rho < 1) canvas.hu[index] = disc ? 88 : plate || rho > 0.87 ? 430 : 185
        const canal = Math.hypot(x / 11, (y - bodyY - 23) / 9)
        if (canal < 1) canvas.hu[index] = canal < 0.55 ? 34 : 8
        else if (canal < 1.35 && rho > 0.96 && p > 5) canvas.hu[index] = 420
      }
    }
  }
  for (let z = start + pitch * 0.6; z < 110; z += pitch) {
    const spot = (x: number, y: number, up: number, radiusMm: number): Bead => ({ at: [x, y, z + up], radiusMm })
    paintTube(canvas, [spot(0, bodyY + 34, 0, 3.6), spot(0, bodyY + 50, -11, 3.2)], 430)
    for (const side of [-1, 1])
      paintTube(canvas, [spot(side * 12, bodyY + 24, 0, 4.2), spot(side * 30, bodyY + 31, 4, 4)], 390)
  }
}

/** The scanner's couch: a thin curved shell under the back. */
export function paintTable(canvas: Canvas, torso: Torso): void {
  const [ni, nj, nk] = canvas.dims
  for (let i = 0; i < ni; i++) {
    const x = toMm(canvas, 0, i)
    const y = torso.halfDepth + 7 - 0.00105 * x * x
    const j = Math.round(toIndex(canvas, 1, y))
    if (Math.abs(x) > 178 || j < 0 || j + 6 >= nj) continue
    for (let k = 0; k < nk; k++) {
      const column = i + ni * nj * k
      for (const [offset, hu] of [
        [0, -240],
        [1, -620],
        [5, -640],
        [6, -260],
      ] as const) {
        const index = column + ni * (j + offset)
        canvas.hu[index] = Math.max(canvas.hu[index], hu)
      }
    }
  }
}
