import { drawsOf, noiseAt } from './draws.ts'
import { addTexture, blur, type Plane, plane, TubePainter } from './plane.ts'
import { paintClavicles, paintRibs, paintShoulders, paintSpine } from './radiograph-bones.ts'
import { paintAbdomen, paintFolds, paintMediastinum, paintVessels, placeHeart } from './radiograph-chest.ts'
import { type Nodule, type NoduleLook, paintMarker, paintNodules, type SideMarker } from './radiograph-findings.ts'
import { drawThorax, lungDepth, softTissue } from './thorax.ts'

/** What the film shall show; everything else follows from `seed` and `caseNumber`. */
export interface RadiographRecipe {
  readonly seed: number
  readonly caseNumber: number
  /** How many nodules; 0 is a healthy chest. */
  readonly nodules: number
  readonly look: NoduleLook
  readonly marker: boolean
}

/** A finished film with its truth. Arrays are row by row, `size`² long. */
export interface Radiograph {
  readonly size: number
  /** Side of a pixel at the detector. */
  readonly spacingMm: number
  /** 12 bits: 0 is black (air), 4095 white. */
  readonly pixels: Uint16Array
  readonly noduleMask: Uint8Array
  readonly markerMask: Uint8Array
  readonly nodules: readonly Nodule[]
  readonly marker: SideMarker | null
}

const size = 512
const painter = new TubePainter(size)

/**
 * A chest radiograph drawn from absorption: soft tissue, less the air of the lungs, plus bone, blood and findings, put through
 * a film curve, blurred by the screen and speckled by the quanta. Equal recipes give equal films on every machine up to the
 * last bit of `Math.sin` and its kin.
 */
export function makeRadiograph(recipe: RadiographRecipe): Radiograph {
  const draws = drawsOf(recipe.seed, recipe.caseNumber)
  const thorax = drawThorax(draws.part('thorax'), size)
  const depth = lungDepth(thorax)
  const heart = placeHeart(thorax, depth, draws.part('heart'))
  const tissue = softTissue(thorax)
  const body = tissue.map((thickness) => Math.min(1, 4 * thickness))
  const absorption = plane(size)
  const aeration = 0.55 * Math.exp(draws.part('aeration').normal(0, 0.06))
  for (let i = 0; i < depth.length; i++)
    absorption.data[i] = tissue[i] * (1 - aeration * depth[i] - 0.16 * Math.sqrt(depth[i]))
  paintMediastinum(absorption, painter, thorax, heart, draws.part('mediastinum'))
  paintSpine(absorption, painter, thorax, draws.part('spine'))
  paintShoulders(absorption, painter, thorax, draws.part('shoulders'))
  paintRibs(absorption, painter, thorax, body, draws.part('ribs'))
  paintClavicles(absorption, painter, thorax, body, draws.part('clavicles'))
  paintFolds(absorption, thorax, draws.part('folds'))
  paintAbdomen(absorption, thorax, draws.part('abdomen'))
  paintVessels(absorption, painter, thorax, depth, draws.part('vessels'))
  addTexture(absorption, draws.part('coarse'), 46, 0.022, tissue)
  addTexture(absorption, draws.part('middle'), 13, 0.013, depth)
  addTexture(absorption, draws.part('fine'), 5, 0.013, depth)
  const { nodules, mask: noduleMask } = paintNodules(
    absorption,
    depth,
    thorax,
    recipe.nodules,
    recipe.look,
    draws.part('nodules'),
  )
  const found = recipe.marker ? paintMarker(absorption, draws.part('marker')) : null
  blur(absorption, 0.17)
  const pixels = develop(absorption, draws.part('exposure').normal(0, 0.05), draws.part('quanta').key)
  const markerMask = found?.mask ?? new Uint8Array(pixels.length)
  return { size, spacingMm: 0.75, pixels, noduleMask, markerMask, nodules, marker: found?.marker ?? null }
}

/**
 * Film curve and quantum noise. Fewer quanta pass where more is absorbed, so noise grows with absorption:
 *
 *   v = 4095 · (1 − exp(−(a/a₀)^γ)) + σ(a)·n
 */
function develop(absorption: Plane, exposure: number, key: number): Uint16Array {
  const grain = plane(size)
  for (let i = 0; i < grain.data.length; i++) grain.data[i] = noiseAt(key, i)
  blur(grain, 0.12)
  const shift = Math.exp(exposure)
  const pixels = new Uint16Array(absorption.data.length)
  for (let i = 0; i < pixels.length; i++) {
    const a = Math.max(0, absorption.data[i]) * shift
    const tone = 1 - Math.exp(-1.55 * a ** 1.6)
    const value = 60 + 3960 * tone + grain.data[i] * (16 + 74 * Math.min(1, a))
    pixels[i] = Math.min(4095, Math.max(0, Math.round(value)))
  }
  return pixels
}
