import { counterRandom } from '../tensor/random.ts'
import { controlMethod } from './control.ts'

/**
 * Random: U(0, 1) at every position, from the seed. What a map without any information looks like.
 *
 * output  [N, 1, …spatial]; the same on every machine
 * source  Adebayo et al. 2018, arXiv:1810.03292
 */
export const random = controlMethod({
  id: 'random',
  title: 'Random',
  summary: 'Uniform noise from the seed: a map without any information.',
  source: 'Adebayo et al. 2018, arXiv:1810.03292',
  map(_x, item, { positions }, seed) {
    const out = new Float32Array(positions)
    counterRandom(seed).fillUniform(item, 0, out)
    return out
  },
})
