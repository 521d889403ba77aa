import { layerMapMethod } from './layer-map.ts'

/**
 * LayerCAM: activation times positive gradient at every position, summed over channels.
 *
 *   L = Σ_k max(G_k, 0) ⊙ A_k
 *
 * input   A, G  [K, …layer] at `--layer`; early layers give fine maps
 * output  [N, 1, …spatial]; raw
 * cost    one forward pass, one backward pass down to the layer
 * source  Jiang et al. 2021, IEEE TIP, doi 10.1109/TIP.2021.3089943
 */
export const layerCam = layerMapMethod({
  id: 'layer-cam',
  title: 'LayerCAM',
  summary: 'Activation times positive gradient at every position; usable at early, finer layers too.',
  source: 'Jiang et al. 2021, IEEE Transactions on Image Processing, doi 10.1109/TIP.2021.3089943',
  needs: ['gradients', 'activations'],
  cost: () => ({ forward: 0, gradient: 1 }),
  map({ activation, gradient, channels, positions }) {
    const map = new Float64Array(positions)
    for (let i = 0; i < channels * positions; i++) map[i % positions] += Math.max(0, gradient[i]) * activation[i]
    return map
  },
})
