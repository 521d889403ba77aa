import { z } from 'zod'
import { midRanks } from '../tensor/sort.ts'
import { maskMetric } from './mask-metric.ts'
import { mapFields, undefinedBecause } from './measured-map.ts'

/**
 * Area under the ROC curve: the chance that a position inside the mask has a higher value than one outside, ties half.
 *
 *   (Σ ranks inside − m(m+1)/2) / (m (N − m)), mid-ranks
 *
 * value   0 … 1, higher is better; chance 0.5
 * undefined  mask-empty, mask-full, map-not-finite
 * source  Mann & Whitney 1947; scikit-learn roc_auc_score
 */
export const auroc = maskMetric({
  id: 'auroc',
  title: 'Area under ROC',
  summary: 'The chance that a position inside the mask ranks above one outside; ties count half.',
  source: 'Mann & Whitney 1947; scikit-learn roc_auc_score',
  range: [0, 1],
  parameters: z.strictObject(mapFields),
  measure({ values, inside, n, m }) {
    if (m === n) return undefinedBecause('mask-full')
    const ranks = midRanks(values)
    let sum = 0
    for (let i = 0; i < n; i++) if (inside[i] === 1) sum += ranks[i]
    return { value: (sum - (m * (m + 1)) / 2) / (m * (n - m)), chance: 0.5 }
  },
})
