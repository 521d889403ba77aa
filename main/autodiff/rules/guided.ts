import type { RuleChoice } from '../backward.ts'

/**
 * Guided backpropagation: at a ReLU, g·[y > 0]·[g > 0]; plain elsewhere. Only ReLU nodes, as captum has it.
 * source  Springenberg et al. 2014, arXiv:1412.6806
 */
export const guided: RuleChoice = (_context, operator) => {
  if (operator.opType !== 'Relu' || operator.domain !== '') return null
  return (c) => [c.emit.mul(c.emit.unary('Relu', c.g()), c.emit.indicator(c.emit.greater(c.output(), 0)))]
}

/**
 * Deconvolution: at a ReLU, max(g, 0) whatever the forward pass did; max pools route by their switches as always.
 * source  Zeiler & Fergus 2014, arXiv:1311.2901
 */
export const deconvolution: RuleChoice = (_context, operator) => {
  if (operator.opType !== 'Relu' || operator.domain !== '') return null
  return (c) => [c.emit.unary('Relu', c.g())]
}
