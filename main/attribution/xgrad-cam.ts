import { layerMapMethod, perChannel, weightedChannels } from './layer-map.ts'

/**
 * XGrad-CAM: channels weighted by their gradients, averaged with the activation as weight.
 *
 *   w_k = Σ_s G_k A_k / Σ_s A_k  (0 where the sum is 0),   L = Σ_k w_k A_k
 *
 * input   A, G  [K, …layer] at `--layer`
 * output  [N, 1, …spatial]; raw, units of the score
 * cost    one forward pass, one backward pass down to the layer
 * source  Fu et al. 2020, arXiv:2008.02312; without the 1e-7 of pytorch-grad-cam
 */
export const xgradCam = layerMapMethod({
  id: 'xgrad-cam',
  title: 'XGrad-CAM',
  summary: 'Channels weighted by their activation-weighted mean gradient.',
  source: 'Fu et al. 2020, arXiv:2008.02312',
  needs: ['gradients', 'activations'],
  cost: () => ({ forward: 0, gradient: 1 }),
  map(item) {
    const { activation, gradient, channels, positions } = item
    const weights = perChannel(channels, (k) => {
      let product = 0
      let total = 0
      for (let i = k * positions; i < (k + 1) * positions; i++) {
        product += gradient[i] * activation[i]
        total += activation[i]
      }
      return total === 0 ? 0 : product / total
    })
    return weightedChannels(item, weights)
  },
})
