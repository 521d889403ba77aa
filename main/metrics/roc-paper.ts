import { z } from 'zod'
import { maskMetric } from './mask-metric.ts'
import { mapFields, range, undefinedBecause } from './measured-map.ts'

/**
 * Mean true-positive rate over equally spaced thresholds of the min–max scaled map.
 *
 *   t_j = j/(steps − 1), marked where (v − min)/(max − min) ≥ t_j;  value = mean_j TPR_j
 *
 * curve   x = FPR, y = TPR in threshold order
 * chance  none: 0.5 only if the values spread evenly; heavy tails put most thresholds at FPR ≈ 0, so read auroc beside it
 * undefined  mask-empty, mask-full, map-constant, map-not-finite
 * source  paper A of the seed papers; the number of thresholds is not published
 */
export const rocPaper = maskMetric({
  id: 'roc-paper',
  title: 'ROC at equal thresholds',
  summary: 'Mean true-positive rate over equally spaced thresholds of the scaled map. Distorted by heavy tails.',
  source: 'Seed paper A; thresholds chosen here',
  range: [0, 1],
  needsRange: true,
  parameters: z.strictObject({
    ...mapFields,
    steps: z
      .number()
      .int()
      .min(2)
      .max(10_000)
      .default(101)
      .meta({ title: 'Steps', description: 'Thresholds from 0 to 1.', unit: 'thresholds' }),
  }),
  measure({ values, inside, n, m }, { steps }) {
    if (m === n) return undefinedBecause('mask-full')
    const { low, high } = range(values)
    // How many thresholds a value reaches; then counts from the top down.
    const reached = [new Float64Array(steps + 1), new Float64Array(steps + 1)]
    for (let i = 0; i < n; i++) {
      const scaled = (values[i] - low) / (high - low)
      let count = Math.floor(scaled * (steps - 1)) + 1
      while (count < steps && scaled >= count / (steps - 1)) count++
      while (count > 0 && scaled < (count - 1) / (steps - 1)) count--
      reached[inside[i]][count]++
    }
    const x = new Array<number>(steps)
    const y = new Array<number>(steps)
    const sums = [0, 0]
    for (let j = steps - 1; j >= 0; j--) {
      sums[0] += reached[0][j + 1]
      sums[1] += reached[1][j + 1]
      x[j] = sums[0] / (n - m)
      y[j] = sums[1] / m
    }
    return { value: y.reduce((s, v) => s + v, 0) / steps, chance: null, curve: { x, y } }
  },
})
