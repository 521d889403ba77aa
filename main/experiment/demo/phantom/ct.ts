import { paintCage, paintSpine, paintTable } from './ct-bones.ts'
import { paintGreatVessels, paintLungVessels, paintTrunk } from './ct-organs.ts'
import { type Draws, drawsOf, noiseAt } from './draws.ts'
import { drawTorso, lungDepthMm, type Point, type Torso } from './torso.ts'
import { blurSlices, type Canvas, toIndex, toMm } from './volume-paint.ts'

export interface CtRecipe {
  readonly seed: number
  readonly caseNumber: number
  readonly nodules: number
}

export interface CtNodule {
  /** Millimetres about the middle of the scan. */
  readonly centreMm: Point
  readonly radiusMm: number
  readonly hu: number
}

/** A finished scan with its truth; voxels i fastest (to the left), j to the back, k to the head. */
export interface CtScan {
  readonly dims: readonly [number, number, number]
  readonly spacingMm: number
  readonly hu: Int16Array
  readonly noduleMask: Uint8Array
  readonly nodules: readonly CtNodule[]
}

/** A contrast-enhanced chest CT, 192×192×96 voxels of 2 mm, drawn organ by organ; equal recipes give equal scans. */
export function makeCt(recipe: CtRecipe): CtScan {
  const draws = drawsOf(recipe.seed, recipe.caseNumber)
  const dims = [192, 192, 96] as const
  const canvas: Canvas = { dims, spacingMm: 2, hu: new Float32Array(dims[0] * dims[1] * dims[2]) }
  const torso = drawTorso(draws.part('torso'))
  const lungs = paintTrunk(canvas, torso, draws.part('trunk'))
  paintLungVessels(canvas, torso, lungs, draws.part('vessels'))
  const noduleMask = new Uint8Array(canvas.hu.length)
  const nodules: CtNodule[] = []
  for (let n = 0; n < recipe.nodules; n++) {
    const nodule = placeNodule(torso, nodules, draws.part(`nodule ${n}`))
    nodules.push(nodule)
    paintNodule(canvas, noduleMask, nodule, draws.part(`shape ${n}`))
  }
  paintGreatVessels(canvas, torso)
  paintCage(canvas, torso, draws.part('cage'))
  paintSpine(canvas, torso, draws.part('spine'))
  paintTable(canvas, torso)
  blurSlices(canvas, 0.16)
  return { dims, spacingMm: 2, hu: scan(canvas, draws.part('quanta').key), noduleMask, nodules }
}

/** Somewhere in a lung with at least 70 % of its radius inside, below the apices and clear of other nodules. */
function placeNodule(torso: Torso, others: readonly CtNodule[], draws: Draws): CtNodule {
  const radiusMm = 6.5 + 9.5 * draws.uniform() ** 1.4
  const hu = draws.chance(0.75) ? draws.normal(38, 10) : draws.uniform(-250, -60)
  for (;;) {
    const centreMm: Point = [
      draws.uniform(-1, 1) * torso.halfWidth,
      draws.uniform(-1, 1) * torso.halfDepth,
      draws.uniform(-70, torso.apexZ),
    ]
    const inside = lungDepthMm(torso, ...centreMm) > radiusMm * 0.7 + 3
    const hilar = Math.abs(centreMm[0]) < 46 + radiusMm && Math.abs(centreMm[2] - torso.hilumZ) < 30
    const clear = others.every(
      (o) => Math.hypot(...o.centreMm.map((c, a) => c - centreMm[a])) > o.radiusMm + radiusMm + 8,
    )
    if (inside && !hilar && clear) return { centreMm, radiusMm, hu }
  }
}

function paintNodule(canvas: Canvas, mask: Uint8Array, nodule: CtNodule, draws: Draws): void {
  const { dims, spacingMm, hu } = canvas
  const lobes = Array.from({ length: 5 }, () => ({
    axis: [draws.normal(), draws.normal(), draws.normal()],
    depth: draws.uniform(0.04, 0.13),
    phase: draws.uniform(0, 6),
  }))
  const reach = nodule.radiusMm * 1.5
  const range = (axis: 0 | 1 | 2) => [
    Math.max(0, Math.floor(toIndex(canvas, axis, nodule.centreMm[axis] - reach))),
    Math.min(dims[axis] - 1, Math.ceil(toIndex(canvas, axis, nodule.centreMm[axis] + reach))),
  ]
  const [[i0, i1], [j0, j1], [k0, k1]] = [range(0), range(1), range(2)]
  for (let k = k0; k <= k1; k++) {
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++) {
        const x = toMm(canvas, 0, i) - nodule.centreMm[0]
        const y = toMm(canvas, 1, j) - nodule.centreMm[1]
        const z = toMm(canvas, 2, k) - nodule.centreMm[2]
        const distance = Math.sqrt(x * x + y * y + z * z)
        let radius = nodule.radiusMm
        for (const { axis, depth, phase } of lobes)
          radius +=
            nodule.radiusMm *
            depth *
            Math.sin((2.2 * (x * axis[0] + y * axis[1] + z * axis[2])) / Math.max(1, distance) + phase)
        const index = i + dims[0] * (j + dims[1] * k)
        const cover = Math.min(1, Math.max(0, 0.5 + (radius - distance) / spacingMm))
        if (cover > 0) hu[index] = Math.max(hu[index], hu[index] + cover * (nodule.hu - hu[index]))
        if (distance < radius) mask[index] = 1
      }
    }
  }
}

/** Adds quantum noise, larger in the middle of the body than in air, and rounds to whole HU. */
function scan(canvas: Canvas, key: number): Int16Array {
  const [ni, nj] = canvas.dims
  const out = new Int16Array(canvas.hu.length)
  let previous = 0
  for (let index = 0; index < out.length; index++) {
    const i = index % ni
    const j = Math.floor(index / ni) % nj
    const away = ((i / ni - 0.5) ** 2 + (j / nj - 0.5) ** 2) * 4
    const grain = noiseAt(key, index)
    const value = canvas.hu[index] + (0.8 * grain + 0.45 * previous) * (11 + 9 * Math.max(0, 1 - away))
    previous = grain
    out[index] = Math.min(3071, Math.max(-1024, Math.round(value)))
  }
  return out
}
