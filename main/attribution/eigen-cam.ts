import { layerMapMethod } from './layer-map.ts'
import { firstProjection } from './principal-direction.ts'

/**
 * Eigen-CAM: the first principal component of a layer's activation over its positions.
 *
 *   A as s × K, columns centred, projected on the first right singular vector; sign: positive correlation with the channel mean
 *
 * input   A  [K, …layer] at `--layer`; knows nothing of the class
 * output  [N, 1, …spatial]; raw, units of the activation
 * cost    one forward pass (the contract's layer call computes the gradient as well)
 * source  Muhammad & Yeasin 2020, arXiv:2008.00299
 */
export const eigenCam = layerMapMethod({
  id: 'eigen-cam',
  title: 'Eigen-CAM',
  summary: 'The first principal component of a layer’s activation. Needs no gradient and knows nothing of the class.',
  source: 'Muhammad & Yeasin 2020, arXiv:2008.00299',
  needs: ['activations'],
  cost: () => ({ forward: 0, gradient: 1 }),
  map({ activation, channels, positions }) {
    const matrix = new Float64Array(positions * channels)
    const channelMean = new Float64Array(positions)
    for (let k = 0; k < channels; k++) {
      let mean = 0
      for (let s = 0; s < positions; s++) mean += activation[k * positions + s] / positions
      for (let s = 0; s < positions; s++) {
        const centred = activation[k * positions + s] - mean
        matrix[s * channels + k] = centred
        channelMean[s] += centred / channels
      }
    }
    const projection = firstProjection(matrix, positions, channels)
    let agreement = 0
    for (let s = 0; s < positions; s++) agreement += projection[s] * channelMean[s]
    return agreement < 0 ? projection.map((v) => -v) : projection
  },
})
