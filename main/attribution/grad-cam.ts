import { sumOf } from './check.ts'
import { type LayerItem, layerMapMethodWith, layerMapParameters, perChannel, weightedChannels } from './layer-map.ts'
import { legacySwitches } from './legacy.ts'

const parameters = layerMapParameters.extend({ 'legacy.gradCamGated': legacySwitches.gradCamGated })

/** G where both activation and gradient are positive, else 0. */
const gated = ({ activation, gradient }: LayerItem): Float32Array =>
  gradient.map((g, i) => (g > 0 && activation[i] > 0 ? g : 0))

/**
 * Grad-CAM: channels of a layer, weighted by their mean gradient.
 *
 *   w_k = mean_s G_k(s),   L = Σ_k w_k A_k,   then ReLU, then resizing
 *
 * input   A, G  [K, …layer]: activation and d score / d activation at `--layer` (default: the last with spatial extent)
 * output  [N, 1, …spatial] at input resolution, or the layer's with upsample=none; raw, units of the score
 * cost    one forward pass, one backward pass down to the layer
 * source  Selvaraju et al. 2017, arXiv:1610.02391
 */
export const gradCam = layerMapMethodWith({
  id: 'grad-cam',
  title: 'Grad-CAM',
  summary: 'Channels of a layer, weighted by the mean of their gradients. Coarse, class-specific.',
  source: 'Selvaraju et al. 2017, arXiv:1610.02391',
  needs: ['gradients', 'activations'],
  parameters,
  cost: () => ({ forward: 0, gradient: 1 }),
  map(item, { parameters: p }) {
    const { channels, positions } = item
    const isGated = p['legacy.gradCamGated']
    const gradient = isGated ? gated(item) : item.gradient
    const weights = perChannel(
      channels,
      (k) => sumOf(gradient.subarray(k * positions, (k + 1) * positions)) / positions,
    )
    const map = weightedChannels(item, weights)
    return isGated ? map.map((v) => 1 + v) : map
  },
})
