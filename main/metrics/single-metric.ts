import type { z } from 'zod'
import { allFinite, type MapParameters, measuredMap, undefinedBecause } from './measured-map.ts'
import type { Measurement, Metric } from './metric.ts'

export interface SingleMetricRecipe {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly range: readonly [number | null, number | null]
}

/** A measure of one map by itself: neither good nor bad, so it has no direction. `values` are magnitudes |v|. */
export function singleMetric<P extends { merge: MapParameters['merge'] }>(
  recipe: SingleMetricRecipe & {
    readonly parameters: z.ZodType<P>
    measure(values: Float64Array, parameters: P): Measurement
  },
): Metric<P> {
  const { id, title, summary, source, range, parameters } = recipe
  return {
    id,
    version: 1,
    title,
    summary,
    source,
    needs: 'map',
    direction: 'none',
    range,
    parameters,
    async run(input, p) {
      const { values } = measuredMap(input.map, null, { sign: 'absolute', merge: p.merge })
      return allFinite(values) ? recipe.measure(values, p) : undefinedBecause('map-not-finite')
    },
  }
}
