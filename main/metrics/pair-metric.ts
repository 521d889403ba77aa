import type { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { allFinite, type MapParameters, measuredMap, spatialDimsOf, undefinedBecause } from './measured-map.ts'
import type { Measurement, Metric } from './metric.ts'

/** Two maps on one grid. */
export interface MapPair {
  readonly a: Float64Array
  readonly b: Float64Array
  readonly dims: readonly number[]
}

export interface PairMetricRecipe<P extends MapParameters> {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly range: Metric<P>['range']
  readonly parameters: z.ZodType<P>
  measure(pair: MapPair, parameters: P, context: { seed: number; run: Run }): Measurement
}

/**
 * A similarity of two maps. Whether similarity is good (repeatability) or bad (randomisation) is the experiment's to say,
 * so the direction is 'higher' for "more similar" only.
 *
 * errors  metrics.input-missing, metrics.size-mismatch
 */
export function pairMetric<P extends MapParameters>(recipe: PairMetricRecipe<P>): Metric<P> {
  const { id, title, summary, source, parameters } = recipe
  return {
    id,
    version: 1,
    title,
    summary,
    source,
    needs: 'two-maps',
    direction: 'higher',
    range: recipe.range,
    parameters,
    async run(input, p, run) {
      if (!input.other)
        throw new SaliscopeError(
          'metrics.input-missing',
          `${id} compares two maps, and the second was not given (--other N.npy).`,
        )
      // A map with channels is brought to the other's positions; two maps with channels must have the same shape.
      const wanted =
        spatialDimsOf(input.map.dims).length < spatialDimsOf(input.other.dims).length
          ? input.map.dims
          : input.other.dims
      const a = measuredMap(input.map, wanted, p)
      const b = measuredMap(input.other, wanted, p, 'second map')
      if (!allFinite(a.values) || !allFinite(b.values)) return undefinedBecause('map-not-finite')
      return recipe.measure({ a: a.values, b: b.values, dims: a.dims }, p, { seed: input.seed, run })
    },
  }
}

/** Pearson's correlation, or null where either side is constant. Two passes, double precision. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const n = a.length
  if (n < 2) return null
  let meanA = 0
  let meanB = 0
  for (let i = 0; i < n; i++) {
    meanA += a[i]
    meanB += b[i]
  }
  meanA /= n
  meanB /= n
  let ab = 0
  let aa = 0
  let bb = 0
  let constantA = true
  let constantB = true
  for (let i = 0; i < n; i++) {
    const da = a[i] - meanA
    const db = b[i] - meanB
    ab += da * db
    aa += da * da
    bb += db * db
    if (a[i] !== a[0]) constantA = false
    if (b[i] !== b[0]) constantB = false
  }
  if (constantA || constantB || aa === 0 || bb === 0) return null
  return Math.max(-1, Math.min(1, ab / (Math.sqrt(aa) * Math.sqrt(bb))))
}
