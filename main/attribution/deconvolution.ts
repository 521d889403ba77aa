import { tensor } from '../tensor/tensor.ts'
import type { Method } from './method.ts'
import { type NoParameters, noParameters } from './no-parameters.ts'
import { rowsOfBatch, streamGradients } from './rows.ts'

/**
 * Deconvolution: a backward pass in which every ReLU node returns max(g, 0) for the signal g that reaches it.
 *
 * input   x  [N, …item], model units
 * output  same shape, signed; not a gradient, so it has no unit
 * check   none; show the result on a randomised network beside it
 * cost    one forward and backward pass
 * source  Zeiler & Fergus 2014, arXiv:1311.2901
 */
export const deconvolution: Method<NoParameters> = {
  id: 'deconvolution',
  version: 1,
  title: 'Deconvolution',
  summary:
    'The gradient with negative signals stopped at every ReLU on the way back only. Nearly independent of the class.',
  source: 'Zeiler & Fergus 2014, arXiv:1311.2901',
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
    await streamGradients(model, target, rowsOfBatch(x), run, 'backward pass', accept, 'deconvolution')
    return { map: tensor(x.dims, map), scores, check: null, warnings: [] }
  },
}
