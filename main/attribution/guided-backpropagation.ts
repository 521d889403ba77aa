import { tensor } from '../tensor/tensor.ts'
import type { Method } from './method.ts'
import { type NoParameters, noParameters } from './no-parameters.ts'
import { rowsOfBatch, streamGradients } from './rows.ts'

/**
 * Guided backpropagation: a backward pass in which every ReLU node returns g · [x > 0] · [g > 0] for the signal g that reaches it.
 *
 * input   x  [N, …item], model units
 * output  same shape, signed; not a gradient, so it has no unit
 * check   none; show the result on a randomised network beside it
 * cost    one forward and backward pass
 * source  Springenberg, Dosovitskiy, Brox & Riedmiller 2014, arXiv:1412.6806
 */
export const guidedBackpropagation: Method<NoParameters> = {
  id: 'guided-backpropagation',
  version: 1,
  title: 'Guided backpropagation',
  summary:
    'The gradient with negative signals stopped at every ReLU, forwards and backwards. Sharp, but nearly independent of weights and class.',
  source: 'Springenberg, Dosovitskiy, Brox & Riedmiller 2014, arXiv:1412.6806',
  family: 'backward-rule',
  output: 'pixel',
  needs: ['gradients', 'rules'],
  parameters: noParameters,
  cost: () => ({ forward: 0, gradient: 1 }),
  async run({ model, x, target }, _parameters, run) {
    const map = new Float32Array(x.data.length)
    const scores = new Float64Array(x.dims[0])
    const accept = (row: number, g: Float32Array, score: number) => {
      map.set(g, row * g.length)
      scores[row] = score
    }
    await streamGradients(model, target, rowsOfBatch(x), run, 'backward pass', accept, 'guided')
    return { map: tensor(x.dims, map), scores, check: null, warnings: [] }
  },
}
