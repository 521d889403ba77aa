import type { z } from 'zod'
import { arraySchema } from '../attribution/array-parameter.ts'
import { type ItemGeometry, itemGeometry } from '../attribution/item-geometry.ts'
import { type Rows, streamScores } from '../attribution/rows.ts'
import type { ModelUnderStudy, Target } from '../inference/model-under-study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { allFinite, type MapParameters, measuredMap, undefinedBecause } from './measured-map.ts'
import type { Measurement, Metric } from './metric.ts'

/** What a metric on a model works with: one item, its map, its score. */
export interface ModelCase {
  readonly model: ModelUnderStudy
  readonly target: Target
  readonly geometry: ItemGeometry
  readonly x: Float32Array
  /** The map as given, before channels were merged. */
  readonly map: Tensor
  /** One value per position, the sign applied. */
  readonly values: Float64Array
  readonly seed: number
  readonly run: Run
}

export interface ModelMetricRecipe<P extends object> {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly source: string
  readonly direction: Metric<P>['direction']
  readonly range: Metric<P>['range']
  readonly parameters: z.ZodType<P>
  measure(data: ModelCase, parameters: P): Promise<Measurement>
}

/** Sign and merge of a metric that ranks positions; the others look at the values as they are. */
const rankingOf = (p: object): MapParameters => ({ sign: 'signed', merge: 'sum', ...p })

/** A score the model returned that is not a number ends the measurement as undefined. */
class ScoreNotFinite extends Error {}

/**
 * A metric that runs the model on changed inputs.
 *
 * errors  metrics.input-missing, metrics.size-mismatch (map against input; a batch of more than one item)
 */
export function modelMetric<P extends object>(recipe: ModelMetricRecipe<P>): Metric<P> {
  const { id, title, summary, source, direction, range, parameters } = recipe
  return {
    id,
    version: 1,
    title,
    summary,
    source,
    needs: 'map+model',
    direction,
    range,
    parameters,
    async run({ map, x, model, target, seed }, p, run) {
      if (!x || !model || !target) {
        throw new SaliscopeError(
          'metrics.input-missing',
          `${id} runs the model: it needs the input and the model (--input X.npy --model MODEL.onnx).`,
        )
      }
      if (x.dims[0] !== 1) {
        throw new SaliscopeError(
          'metrics.size-mismatch',
          `${id} measures one item at a time, and the input holds ${x.dims[0]}.`,
          { dims: x.dims },
        )
      }
      const geometry = itemGeometry(model.input)
      const { values } = measuredMap(map, geometry.spatialDims, rankingOf(p))
      if (!allFinite(values)) return undefinedBecause('map-not-finite')
      if (!allFinite(x.data)) return undefinedBecause('input-not-finite')
      try {
        return await recipe.measure({ model, target, geometry, x: x.data, map, values, seed, run }, p)
      } catch (error) {
        if (error instanceof ScoreNotFinite) return undefinedBecause('score-not-finite')
        throw error
      }
    },
  }
}

/** Scores of `count` variants of the item; row 0 … count−1 are written by `fill`. */
export async function scoresOf(
  { model, target, run }: ModelCase,
  count: number,
  fill: (row: number, into: Float32Array) => void,
): Promise<number[]> {
  const rows: Rows = { count, item: () => 0, fill }
  const out = new Array<number>(count)
  await streamScores(model, singleTarget(target), rows, run, 'changed inputs', (row, score) => {
    if (!Number.isFinite(score)) throw new ScoreNotFinite()
    out[row] = score
  })
  return out
}

/** The target of the one item, as a plain number. */
export function singleTarget(target: Target): Target {
  return typeof target.index === 'number' ? target : { ...target, index: target.index[0] }
}

/** Copies the value of `from` at a position, in every channel. */
export function setPosition(geometry: ItemGeometry, into: Float32Array, from: Float32Array, position: number): void {
  for (let c = 0; c < geometry.channels; c++) {
    const at = geometry.offset(position, c)
    into[at] = from[at]
  }
}

export interface Curve {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** Area under a curve by trapezoids. */
export function trapezoid({ x, y }: Curve): number {
  let area = 0
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2
  return area
}

/** Explicit random choices of a sampled metric. */
export const drawsField = (description: string) =>
  arraySchema.optional().meta({ format: 'array', title: 'Draws', description })
