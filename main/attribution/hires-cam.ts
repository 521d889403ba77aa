import { layerMapMethod } from './layer-map.ts'

/**
 * HiResCAM: activation times gradient at every position, summed over channels.
 *
 *   L = Σ_k G_k ⊙ A_k
 *
 * input   A, G  [K, …layer] at `--layer`
 * output  [N, 1, …spatial]; raw, units of the score; exact for a network whose head is linear in A
 * cost    one forward pass, one backward pass down to the layer
 * source  Draelos & Carin 2020, arXiv:2011.08891
 */
export const hiresCam = layerMapMethod({
  id: 'hires-cam',
  title: 'HiResCAM',
  summary: 'Activation times gradient at every position of a layer: shows only places the model used.',
  source: 'Draelos & Carin 2020, arXiv:2011.08891',
  needs: ['gradients', 'activations'],
  cost: () => ({ forward: 0, gradient: 1 }),
  map({ activation, gradient, channels, positions }) {
    const map = new Float64Array(positions)
    for (let i = 0; i < channels * positions; i++) map[i % positions] += gradient[i] * activation[i]
    return map
  },
})
