import { blurIntegratedGradients } from './blur-integrated-gradients.ts'
import { deconvolution } from './deconvolution.ts'
import { deeplift } from './deeplift.ts'
import { deepshap } from './deepshap.ts'
import { expectedGradients } from './expected-gradients.ts'
import { gradient } from './gradient.ts'
import { guidedBackpropagation } from './guided-backpropagation.ts'
import { guidedIntegratedGradients } from './guided-integrated-gradients.ts'
import { inputXGradient } from './input-x-gradient.ts'
import { integratedGradients } from './integrated-gradients.ts'
import { lrp } from './lrp.ts'
import type { Method } from './method.ts'

/** Methods with one value per input value, which a wrapper such as SmoothGrad may average. */
export const pixelMethods: readonly Method<unknown>[] = [
  gradient,
  inputXGradient,
  integratedGradients,
  expectedGradients,
  blurIntegratedGradients,
  guidedIntegratedGradients,
  guidedBackpropagation,
  deconvolution,
  deeplift,
  deepshap,
  lrp,
]
