import { tensor } from '../tensor/tensor.ts'
import type { Method } from './method.ts'
import { type NoParameters, noParameters } from './no-parameters.ts'
import { rowsOfBatch, streamGradients } from './rows.ts'

/**
 * Gradient: how fast the score rises when a value of the input rises.
 *
 *   A = ∇f(x)
 *
 * input   x  [N, …item], model units
 * output  A  same shape, signed, unscaled; score per unit of the input
 * check   none: a gradient has no sum to meet
 * cost    one forward and backward pass
 * source  Simonyan, Vedaldi & Zisserman 2013, arXiv:1312.6034
 */
export const gradient: Method<NoParameters> = {
  id: 'gradient',
  version: 1,
  title: 'Gradient',
  summary: 'How fast the score rises when a value of the input rises. Signed, one value per input value.',
  source: 'Simonyan, Vedaldi & Zisserman 2013, arXiv:1312.6034',
  family: 'gradient',
  output: 'pixel',
  needs: ['gradients'],
  parameters: noParameters,
  cost: () => ({ forward: 0, gradient: 1 }),
  async run({ model, x, target }, _parameters, run) {
    const map = new Float32Array(x.data.length)
    const scores = new Float64Array(x.dims[0])
    await streamGradients(model, target, rowsOfBatch(x), run, 'gradient', (row, g, score) => {
      map.set(g, row * g.length)
      scores[row] = score
    })
    return { map: tensor(x.dims, map), scores, check: null, warnings: [] }
  },
}
