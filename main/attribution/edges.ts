import { alongAxis } from '../tensor/axes.ts'
import { reflected } from '../tensor/gaussian.ts'
import { mergeChannels } from '../tensor/merge.ts'
import { controlMethod } from './control.ts'

/** Three-tap filters of the Sobel operator: a difference along one axis, a smoothing along all others. */
const difference = [-1, 0, 1]
const smoothing = [1, 2, 1]

function filtered(data: Float64Array, dims: readonly number[], axis: number, taps: readonly number[]): Float64Array {
  const n = dims[axis]
  return alongAxis(data, dims, axis, n, (input, output) => {
    for (let i = 0; i < n; i++) {
      output[i] = taps[0] * input[reflected(i - 1, n)] + taps[1] * input[i] + taps[2] * input[reflected(i + 1, n)]
    }
  }).data
}

/**
 * Sobel magnitude of an array of any rank: √(mean over axes of squared derivatives), half-sample reflection.
 */
export function sobelMagnitude(data: Float64Array, dims: readonly number[]): Float64Array {
  const sum = new Float64Array(data.length)
  for (let along = 0; along < dims.length; along++) {
    let derivative = data
    for (let axis = 0; axis < dims.length; axis++)
      derivative = filtered(derivative, dims, axis, axis === along ? difference : smoothing)
    for (let i = 0; i < sum.length; i++) sum[i] += derivative[i] ** 2
  }
  return sum.map((s) => Math.sqrt(s / dims.length))
}

/**
 * Edges: Sobel magnitude of the channel mean. What an edge detector shows without the model.
 *
 * output  [N, 1, …spatial], not negative
 * source  Adebayo et al. 2018, arXiv:1810.03292 (edge detector as a control)
 */
export const edges = controlMethod({
  id: 'edges',
  title: 'Edges',
  summary: 'Sobel edges of the input’s channel mean: what is seen without the model.',
  source: 'Adebayo et al. 2018, arXiv:1810.03292',
  map(x, _item, { itemDims, channelAxis, channels, spatialDims }) {
    const mean = mergeChannels(x, itemDims, channelAxis, 'sum').map((v) => v / channels)
    return sobelMagnitude(mean, spatialDims)
  },
})
