import { layerMapMethod, perChannel, weightedChannels } from './layer-map.ts'

/** Σ_s α·max(g, 0) of one channel; α = g² / (2g² + g³ ΣA), 0 where g or the denominator is 0. */
function channelWeight(gradient: Float32Array, activation: Float32Array): number {
  let total = 0
  for (const a of activation) total += a
  let weight = 0
  for (const g of gradient) {
    const denominator = 2 * g * g + g * g * g * total
    if (g > 0 && denominator !== 0) weight += ((g * g) / denominator) * g
  }
  return weight
}

/**
 * Grad-CAM++: channels weighted by positive gradients, each with its own share.
 *
 *   α = G² / (2G² + G³ Σ_s A_k)  (0 where G or the denominator is 0),   w_k = Σ_s α max(G, 0),   L = Σ_k w_k A_k
 *
 * input   A, G  [K, …layer] at `--layer`
 * output  [N, 1, …spatial]; raw. No stabiliser: the 1e-6 of pytorch-grad-cam moves maps by up to 15 %
 * cost    one forward pass, one backward pass down to the layer
 * source  Chattopadhyay et al. 2018, arXiv:1710.11063
 */
export const gradCamPlusPlus = layerMapMethod({
  id: 'grad-cam-plus-plus',
  title: 'Grad-CAM++',
  summary: 'Channels weighted by positive gradients, each with a share of its own; finds several objects of a class.',
  source: 'Chattopadhyay et al. 2018, arXiv:1710.11063',
  needs: ['gradients', 'activations'],
  cost: () => ({ forward: 0, gradient: 1 }),
  map(item) {
    const part = (values: Float32Array, k: number) => values.subarray(k * item.positions, (k + 1) * item.positions)
    return weightedChannels(
      item,
      perChannel(item.channels, (k) => channelWeight(part(item.gradient, k), part(item.activation, k))),
    )
  },
})
