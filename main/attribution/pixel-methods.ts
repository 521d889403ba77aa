import { deconvolution } from './deconvolution.ts'
import { gradient } from './gradient.ts'
import { guidedBackpropagation } from './guided-backpropagation.ts'
import { inputXGradient } from './input-x-gradient.ts'
import { integratedGradients } from './integrated-gradients.ts'
import type { Method } from './method.ts'

/** Methods with one value per input value, which a wrapper such as SmoothGrad may average. */
export const pixelMethods: readonly Method<unknown>[] = [
  gradient,
  inputXGradient,
  integratedGradients,
  guidedBackpropagation,
  deconvolution,
]
