import { resize } from '../tensor/resize.ts'
import { itemGeometry } from './item-geometry.ts'
import { type LayerItem, type LayerMapContext, layerMapMethod, weightedChannels } from './layer-map.ts'
import { forEachChunk, type Rows, targetIndex } from './rows.ts'

/** A channel resized to the input and scaled to 0 … 1; a constant channel becomes 0. */
function channelMask(
  { activation, positions }: LayerItem,
  k: number,
  layerDims: readonly number[],
  spatialDims: readonly number[],
): Float64Array {
  const mask = resize(activation.subarray(k * positions, (k + 1) * positions), layerDims, spatialDims, {
    interpolation: 'linear',
  })
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const v of mask) {
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  return mask.map((v) => (high === low ? 0 : (v - low) / (high - low)))
}

async function channelWeights(
  item: LayerItem,
  { input, index, layerDims, run }: LayerMapContext,
): Promise<Float64Array> {
  const { model, x, target } = input
  const geometry = itemGeometry(model.input)
  const own = x.data.subarray(index * geometry.size, (index + 1) * geometry.size)
  const rows: Rows = {
    count: item.channels,
    item: () => index,
    fill(k, into) {
      const mask = channelMask(item, k, layerDims, geometry.spatialDims)
      for (let c = 0; c < geometry.channels; c++) {
        for (let q = 0; q < geometry.positions; q++) {
          const at = geometry.offset(q, c)
          into[at] = own[at] * mask[q]
        }
      }
    },
  }
  const weights = new Float64Array(item.channels)
  await forEachChunk(model, rows, run, 'channels', async (part, items, first) => {
    const { data, dims } = await model.probabilities(part)
    items.forEach((_, r) => {
      const probability = data[r * dims[1] + targetIndex(target, index)]
      weights[first + r] = target.negate ? 1 - probability : probability
    })
  })
  return weights
}

/**
 * Score-CAM: channels weighted by the class probability of the input seen through them.
 *
 *   w_k = P(class | x ⊙ scaled(resized A_k)),   L = Σ_k w_k A_k
 *
 * scaled  half-pixel linear resizing to the input, then min–max per channel (constant → 0)
 * w_k     the class probability whatever `output` says: softmax, or sigmoid of one logit; its complement with negate=true
 * output  [N, 1, …spatial]; raw
 * cost    one forward pass per channel of the layer
 * source  Wang et al. 2020, arXiv:1910.01279, with the class probability instead of a softmax over channels
 */
export const scoreCam = layerMapMethod({
  id: 'score-cam',
  title: 'Score-CAM',
  summary:
    'Channels weighted by the class probability of the input seen through them. No gradients, many forward passes.',
  source: 'Wang et al. 2020, arXiv:1910.01279',
  needs: ['activations', 'scores'],
  // The number of channels is known only from the layer; 512 stands for a common backbone.
  cost: () => ({ forward: 512, gradient: 1 }),
  map: async (item, context) => weightedChannels(item, await channelWeights(item, context)),
})
