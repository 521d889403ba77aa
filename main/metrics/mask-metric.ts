import type { z } from 'zod'
import { SaliscopeError } from '../shared/errors.ts'
import { descendingOrder } from '../tensor/sort.ts'
import { allFinite, type MapParameters, measuredMap, measuredMask, range, undefinedBecause } from './measured-map.ts'
import type { Measurement, Metric } from './metric.ts'

/** A map and a mask on one grid: n positions, m of them inside. */
export interface MapAndMask {
  readonly values: Float64Array
  readonly inside: Uint8Array
  readonly dims: readonly number[]
  readonly n: number
  readonly m: number
  /** m/n: the chance of most metrics. */
  readonly share: number
  readonly constant: boolean
}

export interface MaskMetricRecipe<P extends MapParameters> {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly range: Metric<P>['range']
  readonly parameters: z.ZodType<P>
  /** Null on a constant map, which cannot be min–max scaled. */
  readonly needsRange?: boolean
  measure(data: MapAndMask, parameters: P): Measurement
}

/**
 * A metric of a map against a mask: checks the shapes, leaves empty masks and maps that are not finite undefined,
 * warns about full masks and constant maps.
 *
 * errors  metrics.input-missing, metrics.size-mismatch, metrics.mask-values
 */
export function maskMetric<P extends MapParameters>(recipe: MaskMetricRecipe<P>): Metric<P> {
  const { id, title, summary, source, parameters } = recipe
  return {
    id,
    version: 1,
    title,
    summary,
    source,
    needs: 'map+mask',
    direction: 'higher',
    range: recipe.range,
    parameters,
    async run(input, p) {
      if (!input.mask)
        throw new SaliscopeError(
          'metrics.input-missing',
          `${id} compares a map with a mask, and no mask was given (--mask K.npy).`,
        )
      const mask = measuredMask(input.mask)
      const { values } = measuredMap(input.map, mask.dims, p)
      if (mask.count === 0) return undefinedBecause('mask-empty')
      if (!allFinite(values)) return undefinedBecause('map-not-finite')
      const { low, high } = range(values)
      const constant = low === high
      if (constant && recipe.needsRange) return undefinedBecause('map-constant')
      const n = values.length
      const data: MapAndMask = {
        values,
        inside: mask.inside,
        dims: mask.dims,
        n,
        m: mask.count,
        share: mask.count / n,
        constant,
      }
      const result = recipe.measure(data, p)
      const warnings = [
        ...(result.warnings ?? []),
        ...(mask.count === n ? ['mask-full'] : []),
        ...(constant ? ['map-constant'] : []),
      ]
      return warnings.length > 0 ? { ...result, warnings } : result
    },
  }
}

/** True and false positives when everything at or above each distinct value is marked, from the highest value down. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array
  readonly hits: Float64Array
  readonly falses: Float64Array
  /** Share of positions whose value occurs more than once. */
  readonly ties: number
}

export function thresholdCounts({ values, inside, n }: MapAndMask): ThresholdCounts {
  const order = descendingOrder(values)
  const thresholds = new Float64Array(n)
  const hits = new Float64Array(n)
  const falses = new Float64Array(n)
  let count = 0
  let tied = 0
  let hit = 0
  for (let first = 0; first < n; ) {
    const value = values[order[first]]
    let end = first
    while (end < n && values[order[end]] === value) hit += inside[order[end++]]
    if (end - first > 1) tied += end - first
    thresholds[count] = value
    hits[count] = hit
    falses[count] = end - hit
    count++
    first = end
  }
  return {
    thresholds: thresholds.subarray(0, count),
    hits: hits.subarray(0, count),
    falses: falses.subarray(0, count),
    ties: tied / n,
  }
}

/** How many of the k highest positions (ties: first position first) lie inside. */
export function insideOfTop({ values, inside }: MapAndMask, k: number): number {
  const order = descendingOrder(values)
  let count = 0
  for (let i = 0; i < k; i++) count += inside[order[i]]
  return count
}
