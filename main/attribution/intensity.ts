import { mergeChannels } from '../tensor/merge.ts'
import { controlMethod } from './control.ts'

/**
 * Intensity: the channel mean of the input itself. Beats many methods where findings are bright.
 *
 * output  [N, 1, …spatial], model units
 * source  own convention (CONTRACT.md)
 */
export const intensity = controlMethod({
  id: 'intensity',
  title: 'Intensity',
  summary: 'The input’s own brightness (channel mean): beats many methods where findings are bright.',
  source: 'Control without a publication',
  map: (x, _item, { itemDims, channelAxis, channels }) =>
    mergeChannels(x, itemDims, channelAxis, 'sum').map((v) => v / channels),
})
