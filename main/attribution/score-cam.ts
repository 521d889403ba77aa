import type { z } from 'zod'
import { resize } from '../tensor/resize.ts'
import { itemGeometry } from './item-geometry.ts'
import {
  type LayerItem,
  type LayerMapContext,
  layerMapMethodWith,
  layerMapParameters,
  weightedChannels,
} from './layer-map.ts'
import { legacySwitches } from './legacy.ts'
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

const parameters = layerMapParameters.extend({ 'legacy.doubleSoftmax': legacySwitches.doubleSoftmax })
type ScoreCamParameters = z.infer<typeof parameters>

/** Softmax of probabilities, as a network that ends in softmax gets from a tool that applies it again. */
function again(probabilities: Float32Array): number[] {
  const powers = Array.from(probabilities, (p) => Math.exp(p))
  const sum = powers.reduce((s, v) => s + v, 0)
  return powers.map((v) => v / sum)
}

async function channelWeights(
  item: LayerItem,
  { input, index, layerDims, run, parameters: p }: LayerMapContext<ScoreCamParameters>,
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
      const row = data.subarray(r * dims[1], (r + 1) * dims[1])
      const probability = (p['legacy.doubleSoftmax'] ? again(row) : row)[targetIndex(target, index)]
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
export const scoreCam = layerMapMethodWith({
  id: 'score-cam',
  title: 'Score-CAM',
  summary:
    'Channels weighted by the class probability of the input seen through them. No gradients, many forward passes.',
  source: 'Wang et al. 2020, arXiv:1910.01279',
  needs: ['activations', 'scores'],
  parameters,
  // The number of channels is known only from the layer; 512 stands for a common backbone.
  cost: () => ({ forward: 512, gradient: 1 }),
  map: async (item, context) => weightedChannels(item, await channelWeights(item, context)),
})
