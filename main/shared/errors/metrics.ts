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
