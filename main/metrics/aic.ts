import { informationCurve, informationParameters, type Verdict } from './information-curve.ts'
import { modelMetric } from './model-metric.ts'

/** 1 if the class has the highest probability, the first of equals; with one output, if it is at least one half. */
const wins: Verdict = (probabilities, target, negate) => {
  if (probabilities.length === 1) return probabilities[0] >= 0.5 !== negate ? 1 : 0
  let best = 0
  for (let k = 1; k < probabilities.length; k++) if (probabilities[k] > probabilities[best]) best = k
  return best === target ? 1 : 0
}

/**
 * Accuracy information curve: whether the class wins, over information, while the map's highest pixels are revealed.
 *
 * value   area, 0 … 1, higher is better; groups report the mean, never the median (one picture gives a step)
 * curve   x information, y 0/1 (running maximum), scaled as for sic
 * undefined  as for sic
 * cost    15 forward passes
 * source  Kapishnikov et al. 2019, arXiv:1906.02825; PAIR saliency PIC
 */
export const aic = modelMetric({
  id: 'aic',
  title: 'Accuracy information curve',
  summary:
    'Whether the class wins, over image information, while the map’s highest pixels are revealed. Higher is better. 2-D only.',
  source: 'Kapishnikov et al. 2019, arXiv:1906.02825',
  direction: 'higher',
  range: [0, 1],
  parameters: informationParameters,
  measure: (data, p) => informationCurve(data, p, wins),
})
