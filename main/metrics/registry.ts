import { SaliscopeError } from '../shared/errors.ts'
import { aic } from './aic.ts'
import { auprc } from './auprc.ts'
import { auroc } from './auroc.ts'
import { averagePrecision } from './average-precision.ts'
import { completeness } from './completeness.ts'
import { deletion } from './deletion.ts'
import { diceAtArea } from './dice-at-area.ts'
import { diceBest } from './dice-best.ts'
import { effectiveComplexity } from './effective-complexity.ts'
import { entropy } from './entropy.ts'
import { faithfulnessCorrelation } from './faithfulness-correlation.ts'
import { hogSimilarity } from './hog-similarity.ts'
import { infidelity } from './infidelity.ts'
import { insertion } from './insertion.ts'
import { iouOtsu } from './iou-otsu.ts'
import { iouThreshold } from './iou-threshold.ts'
import { irof } from './irof.ts'
import { kendall } from './kendall.ts'
import type { Metric } from './metric.ts'
import { monotonicity } from './monotonicity.ts'
import { pearson } from './pearson.ts'
import { pixelFlipping } from './pixel-flipping.ts'
import { pointingGame } from './pointing-game.ts'
import { regionPerturbation } from './region-perturbation.ts'
import { relevanceMass } from './relevance-mass.ts'
import { relevanceRank } from './relevance-rank.ts'
import { road } from './road.ts'
import { rocPaper } from './roc-paper.ts'
import { sensitivityN } from './sensitivity-n.ts'
import { sic } from './sic.ts'
import { sparseness } from './sparseness.ts'
import { spearman } from './spearman.ts'
import { ssim } from './ssim.ts'
import { topKIntersection } from './top-k-intersection.ts'
import { topKOverlap } from './top-k-overlap.ts'

/** Every metric, in the order lists show them: map and mask, two maps, map alone, map and model. */
export const metrics: readonly Metric<unknown>[] = unique([
  averagePrecision,
  auprc,
  auroc,
  rocPaper,
  pointingGame,
  iouOtsu,
  iouThreshold,
  diceBest,
  diceAtArea,
  relevanceMass,
  relevanceRank,
  topKIntersection,
  ssim,
  pearson,
  spearman,
  kendall,
  topKOverlap,
  hogSimilarity,
  sparseness,
  entropy,
  effectiveComplexity,
  deletion,
  insertion,
  pixelFlipping,
  regionPerturbation,
  road,
  irof,
  monotonicity,
  sensitivityN,
  faithfulnessCorrelation,
  infidelity,
  sic,
  aic,
  completeness,
])

function unique(list: readonly Metric<unknown>[]): readonly Metric<unknown>[] {
  const seen = new Set<string>()
  for (const { id } of list) {
    if (seen.has(id)) throw new Error(`Two metrics have the id ${id}.`)
    seen.add(id)
  }
  return list
}

/**
 * The metric of an id.
 *
 * errors  metrics.unknown
 */
export function findMetric(id: string): Metric<unknown> {
  const metric = metrics.find((m) => m.id === id)
  if (metric) return metric
  throw new SaliscopeError(
    'metrics.unknown',
    `There is no metric "${id}"; known are ${metrics.map((m) => m.id).join(', ')}.`,
    { metric: id },
  )
}
