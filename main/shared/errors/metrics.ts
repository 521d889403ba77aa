/** Error codes of `metrics`: code → one paragraph with cause and cure. */
export const metricErrors = {
  'metrics.unknown': 'No metric has this id. `saliscope measure --help` lists the ids.',
  'metrics.parameter':
    'A parameter of the metric has a value it cannot take, or a name the metric does not know. The message names the parameter, the value found and what is allowed.',
  'metrics.size-mismatch':
    'Two arrays that must lie on one grid have different shapes: map and mask, map and map, or map and input. Resample one of them with a named rule first.',
  'metrics.input-missing': 'The metric needs something that was not given: a mask, a second map, an input or a model.',
  'metrics.mask-values': 'A mask holds values other than 0 and 1. Threshold it first, or name the label that is meant.',
  'metrics.rank': 'The metric is not defined for arrays of this many axes.',
} as const

/** Why a metric has no value: the machine-readable reason → one sentence for people. */
export const undefinedReasons = {
  'mask-empty': 'The mask is empty, so there is nothing to find.',
  'mask-full': 'The mask covers everything, so there is nothing outside it to compare with.',
  'map-constant': 'The map has the same value everywhere and cannot be scaled or correlated.',
  'map-zero': 'The map is zero everywhere.',
  'map-not-finite': 'The map holds values that are not finite numbers.',
  'input-constant': 'Every perturbation is zero, since all values of the input are equal; nothing was tried.',
  'input-not-finite': 'The input holds values that are not finite numbers.',
  'total-not-positive': 'The values of the map do not add up to a positive total, so no share can be taken.',
  'score-not-finite': 'The model returned a score that is not a finite number.',
  'score-zero': 'The score of the unchanged input is 0, so nothing can be divided by it.',
  'score-constant': 'The score does not change between the perturbed inputs, so no correlation exists.',
  'sums-constant': 'The map adds up to the same value over all subsets, so no correlation exists.',
  'prediction-too-low': 'The original image scores less than the minimum prediction.',
  'information-not-lower': 'The image filled in from the seed pixels holds no less information than the original.',
  'score-not-lower': 'The image filled in from the seed pixels scores no less than the original.',
  'too-few': 'There are too few positions, samples or blocks for this measure.',
  'not-applicable': 'The metric does not apply to data of this kind.',
} as const

export type UndefinedReason = keyof typeof undefinedReasons
