import { z } from 'zod'
import { maskMetric, thresholdCounts } from './mask-metric.ts'
import { mapFields } from './measured-map.ts'

/**
 * Area under the precision–recall curve by trapezoids, starting at recall 0, precision 1.
 *
 * value   0 … 1, higher is better; optimistic where scores tie, so average precision is given beside it
 * chance  m/N; a constant map scores (1 + m/N)/2
 * undefined  mask-empty, map-not-finite
 * source  scikit-learn precision_recall_curve and auc
 */
export const auprc = maskMetric({
  id: 'auprc',
  title: 'Area under precision–recall',
  summary: 'Trapezoid area of precision over recall. Optimistic where values tie: read average precision beside it.',
  source: 'scikit-learn precision_recall_curve, auc; Davis & Goadrich 2006, doi 10.1145/1143844.1143874',
  range: [0, 1],
  parameters: z.strictObject(mapFields),
  measure(data) {
    const { hits, falses, ties } = thresholdCounts(data)
    let value = 0
    let averagePrecision = 0
    let recall = 0
    let precision = 1
    for (let j = 0; j < hits.length; j++) {
      const nextRecall = hits[j] / data.m
      const nextPrecision = hits[j] / (hits[j] + falses[j])
      value += ((nextRecall - recall) * (nextPrecision + precision)) / 2
      averagePrecision += (nextRecall - recall) * nextPrecision
      recall = nextRecall
      precision = nextPrecision
    }
    return { value, chance: data.share, details: { averagePrecision, ties } }
  },
})
