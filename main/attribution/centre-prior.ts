import { controlMethod } from './control.ts'

/**
 * Centre prior: a Gaussian in the middle of the image, a quarter of each axis wide.
 *
 *   exp(−½ Σ_d ((p_d − (L_d − 1)/2) / (L_d/4))²)
 *
 * output  [N, 1, …spatial], 0 … 1
 * source  Judd, Durand & Torralba 2012, MIT-CSAIL-TR-2012-001 (centre bias as a baseline)
 */
export const centrePrior = controlMethod({
  id: 'centre-prior',
  title: 'Centre prior',
  summary: 'A Gaussian in the middle of the image: findings tend to lie there.',
  source: 'Judd, Durand & Torralba 2012, MIT-CSAIL-TR-2012-001',
  map(_x, _item, { spatialDims, positions }) {
    return Float64Array.from({ length: positions }, (_, position) => {
      let rest = position
      let sum = 0
      for (let axis = spatialDims.length - 1; axis >= 0; axis--) {
        const length = spatialDims[axis]
        sum += (((rest % length) - (length - 1) / 2) / (length / 4)) ** 2
        rest = Math.floor(rest / length)
      }
      return Math.exp(-0.5 * sum)
    })
  },
})
