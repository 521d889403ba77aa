import { counterRandom } from '../tensor/random.ts'
import { controlMethod } from './control.ts'
import { rankRegions } from './xrai.ts'
import { automaticRegions } from './xrai-regions.ts'

/**
 * Random XRAI: XRAI's regions ranked by noise: what the segmentation alone contributes, without any model.
 *
 * output  [N, 1, …spatial]: means of U(0, 1) noise from the seed over regions
 * source  Kapishnikov et al. 2019, arXiv:1906.02825; as a control: seed paper B
 */
export const randomXrai = controlMethod({
  id: 'random-xrai',
  title: 'Random XRAI',
  summary: 'XRAI’s regions ranked by noise: what the segmentation alone contributes, without any model.',
  source: 'Kapishnikov et al. 2019, arXiv:1906.02825',
  map(x, item, geometry, seed) {
    const noise = new Float64Array(geometry.positions)
    counterRandom(seed).fillUniform(item, 0, noise)
    return rankRegions(noise, automaticRegions(x, geometry), 'full')
  },
})
