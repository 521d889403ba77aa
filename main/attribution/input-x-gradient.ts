import { tensor } from '../tensor/tensor.ts'
import { completenessCheck, itemSums } from './check.ts'
import type { Method } from './method.ts'
import { type NoParameters, noParameters } from './no-parameters.ts'
import { rowsOfBatch, streamGradients } from './rows.ts'

/**
 * Input times gradient: the score's linear share of every input value.
 *
 *   A = x ⊙ ∇f(x)
 *
 * input   x  [N, …item], model units
 * output  A  same shape, signed; units of the score. Values that preprocessing maps to zero never score
 * check   completeness against f(x): exact for a bias-free network of ReLUs only
 * cost    one forward and backward pass
 * source  Shrikumar, Greenside, Shcherbina & Kundaje 2016, arXiv:1605.01713
 */
export const inputXGradient: Method<NoParameters> = {
  id: 'input-x-gradient',
  version: 1,
  title: 'Input × gradient',
  summary: 'The gradient times the input: the linear share of every input value in the score. Zero values never score.',
  source: 'Shrikumar, Greenside, Shcherbina & Kundaje 2016, arXiv:1605.01713',
  family: 'gradient',
  output: 'pixel',
  needs: ['gradients'],
  parameters: noParameters,
  cost: () => ({ forward: 0, gradient: 1 }),
  async run({ model, x, target }, _parameters, run) {
    const map = new Float32Array(x.data.length)
    const scores = new Float64Array(x.dims[0])
    await streamGradients(model, target, rowsOfBatch(x), run, 'gradient', (row, g, score) => {
      const at = row * g.length
      for (let i = 0; i < g.length; i++) map[at + i] = x.data[at + i] * g[i]
      scores[row] = score
    })
    const check = completenessCheck(itemSums(map, x.dims[0]), [...scores])
    return { map: tensor(x.dims, map), scores, check, warnings: [] }
  },
}
