import { SaliscopeError } from '../shared/errors.ts'
import { ablationCam } from './ablation-cam.ts'
import { attentionGradient } from './attention-gradient.ts'
import { attentionRollout } from './attention-rollout.ts'
import { centrePrior } from './centre-prior.ts'
import { edges } from './edges.ts'
import { eigenCam } from './eigen-cam.ts'
import { gradCam } from './grad-cam.ts'
import { gradCamPlusPlus } from './grad-cam-plus-plus.ts'
import { guidedGradCam } from './guided-grad-cam.ts'
import { hiresCam } from './hires-cam.ts'
import { intensity } from './intensity.ts'
import { kernelShap } from './kernel-shap.ts'
import { layerCam } from './layer-cam.ts'
import { lime } from './lime.ts'
import type { Method } from './method.ts'
import { occlusion } from './occlusion.ts'
import { pixelMethods } from './pixel-methods.ts'
import { random } from './random.ts'
import { randomXrai } from './random-xrai.ts'
import { rise } from './rise.ts'
import { scoreCam } from './score-cam.ts'
import { smoothgrad } from './smoothgrad.ts'
import { wholeImage } from './whole-image.ts'
import { xgradCam } from './xgrad-cam.ts'
import { xrai } from './xrai.ts'

/** Every saliency method, in the order lists show them. */
export const methods: readonly Method<unknown>[] = unique([
  ...pixelMethods,
  smoothgrad,
  gradCam,
  gradCamPlusPlus,
  hiresCam,
  layerCam,
  xgradCam,
  eigenCam,
  scoreCam,
  ablationCam,
  guidedGradCam,
  attentionRollout,
  attentionGradient,
  occlusion,
  rise,
  lime,
  kernelShap,
  xrai,
  random,
  randomXrai,
  edges,
  centrePrior,
  wholeImage,
  intensity,
])

function unique(list: readonly Method<unknown>[]): readonly Method<unknown>[] {
  const seen = new Set<string>()
  for (const { id } of list) {
    if (seen.has(id)) throw new Error(`Two saliency methods have the id ${id}.`)
    seen.add(id)
  }
  return list
}

/**
 * The method of an id.
 *
 * errors  attribution.unknown
 */
export function findMethod(id: string): Method<unknown> {
  const method = methods.find((m) => m.id === id)
  if (method) return method
  throw new SaliscopeError(
    'attribution.unknown',
    `There is no saliency method "${id}"; known are ${methods.map((m) => m.id).join(', ')}.`,
    { method: id },
  )
}
