import { tensor } from '../tensor/tensor.ts'
import { type LayerItem, type LayerMapContext, layerMapMethod, weightedChannels } from './layer-map.ts'
import { checkSignal, targetIndex } from './rows.ts'

/** The score with channel k of the layer set to 0, for all channels. */
async function ablatedScores(
  item: LayerItem,
  { input, index, layer, layerDims, run }: LayerMapContext,
): Promise<Float64Array> {
  const { model, x, target } = input
  const size = x.data.length / x.dims[0]
  const own = x.data.subarray(index * size, (index + 1) * size)
  const oneTarget = { ...target, index: targetIndex(target, index) }
  const chunk = Math.max(1, model.preferredBatch)
  const scores = new Float64Array(item.channels)
  for (let first = 0; first < item.channels; first += chunk) {
    checkSignal(run)
    run.progress(first, item.channels, 'channels')
    const count = Math.min(chunk, item.channels - first)
    const inputs = tensor([count, ...x.dims.slice(1)])
    const activations = tensor([count, item.channels, ...layerDims])
    for (let r = 0; r < count; r++) {
      inputs.data.set(own, r * size)
      activations.data.set(item.activation, r * item.activation.length)
      const channel = r * item.activation.length + (first + r) * item.positions
      activations.data.fill(0, channel, channel + item.positions)
    }
    scores.set(await model.fromLayer(inputs, oneTarget, layer, activations), first)
  }
  return scores
}

/**
 * Ablation-CAM: channels weighted by how much of the score is lost without them.
 *
 *   w_k = (f − f_k)/f, f_k = score with channel k of A set to 0,   L = Σ_k w_k A_k
 *
 * input   A  [K, …layer] at `--layer`
 * output  [N, 1, …spatial]; raw. A negative f flips the map and is warned about; with f = 0 the loss is not divided
 * cost    one pass of the network behind the layer per channel
 * source  Desai & Ramaswamy 2020, WACV, doi 10.1109/WACV45572.2020.9093360
 */
export const ablationCam = layerMapMethod({
  id: 'ablation-cam',
  title: 'Ablation-CAM',
  summary: 'Channels weighted by the share of the score that is lost without them.',
  source: 'Desai & Ramaswamy 2020, WACV, doi 10.1109/WACV45572.2020.9093360',
  needs: ['activations', 'scores'],
  // As for Score-CAM; the passes begin at the layer.
  cost: () => ({ forward: 512, gradient: 1 }),
  async map(item, context) {
    const { score, warn } = context
    if (score < 0)
      warn('The score is negative, so dividing by it turns the map around: large values speak against the class.')
    if (score === 0) warn('The score is 0, so the losses of score were not divided by it.')
    const without = await ablatedScores(item, context)
    return weightedChannels(
      item,
      without.map((s) => (score === 0 ? score - s : (score - s) / score)),
    )
  },
})
