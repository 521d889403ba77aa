import { informationCurve, informationParameters } from './information-curve.ts'
import { modelMetric } from './model-metric.ts'

/**
 * Softmax information curve: class probability over information while the map's highest pixels are revealed.
 *
 * value   area, 0 … 1, higher is better; groups report the median
 * curve   x information (0 … 1 between the filled and the original picture), y probability (likewise, running maximum)
 * undefined  prediction-too-low, information-not-lower, score-not-lower, not-applicable (not 2-D), map-not-finite, input-not-finite, score-not-finite
 * cost    15 forward passes
 * source  Kapishnikov et al. 2019, arXiv:1906.02825; PAIR saliency PIC
 */
export const sic = modelMetric({
  id: 'sic',
  title: 'Softmax information curve',
  summary:
    'Class probability over image information while the map’s highest pixels are revealed. Higher is better. 2-D only.',
  source: 'Kapishnikov et al. 2019, arXiv:1906.02825',
  direction: 'higher',
  range: [0, 1],
  parameters: informationParameters,
  measure: (data, p) =>
    informationCurve(data, p, (probabilities, target, negate) =>
      negate ? 1 - probabilities[target] : probabilities[target],
    ),
})
