import type { AttributionCheck } from '../attribution/method.ts'
import { type FlatRecord, parseParameters } from '../attribution/parameters.ts'
import { findMethod } from '../attribution/registry.ts'
import { peakMemoryMb } from '../inference/memory-plan.ts'
import type { LayerTrace, Target } from '../inference/model-under-study.ts'
import type { OnnxModelUnderStudy } from '../inference/onnx-model.ts'
import type { EngineProvenance, OpenedModel } from '../inference/open-model.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { ENGINE_VERSION } from './engine-version.ts'
import { type Timing, withTiming } from './timing.ts'

export interface ExplainRequest {
  readonly method: string
  /** The method's parameters as they are written in a request; arrays as Tensor. */
  readonly parameters: FlatRecord
  /** `index` null explains the highest score of each item. */
  readonly target: {
    readonly index: number | readonly number[] | null
    readonly output: Target['output']
    readonly negate: boolean
  }
  readonly layer: string | null
  readonly seed: number
  /** Warm runs to time after the first; null times the first one. */
  readonly repeats: number | null
}

export interface Provenance extends EngineProvenance {
  readonly engineVersion: string
  readonly computeMs: number
  readonly peakMemoryMb: number
}

/** All that stands beside a map. */
export interface ExplainRecord {
  readonly method: string
  readonly methodVersion: number
  /** Parameters with defaults filled in; arrays are told by their shape. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly target: { readonly index: readonly number[]; readonly output: Target['output']; readonly negate: boolean }
  readonly layer: string | null
  readonly seed: number
  readonly dims: readonly number[]
  /** The explained score of each item. */
  readonly scores: readonly number[]
  readonly check: AttributionCheck | null
  readonly warnings: readonly string[]
  /** With `trace=true`: what arrived at and left every node, the score first. */
  readonly trace: readonly LayerTrace[] | null
  readonly provenance: Provenance
  readonly timing: Timing
}

/** Index of the highest score of each item; the first of equal ones. */
export async function highestScores(
  model: OnnxModelUnderStudy,
  x: Tensor,
  output: Target['output'],
): Promise<number[]> {
  const scores = await model.scores(x, output)
  const [n, k] = scores.dims
  return Array.from({ length: n }, (_, i) => {
    const row = scores.data.subarray(i * k, (i + 1) * k)
    return row.indexOf(row.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY))
  })
}

async function targetOf(
  model: OnnxModelUnderStudy,
  x: Tensor,
  target: ExplainRequest['target'],
): Promise<Target & { index: readonly number[] }> {
  const given = target.index ?? (model.scoreCount === 1 ? 0 : await highestScores(model, x, target.output))
  const index = typeof given === 'number' ? new Array<number>(x.dims[0]).fill(given) : given
  return { index, output: target.output, negate: target.negate }
}

/** Parameters as plain data: arrays become their shape, so that a record stays small. */
function described(parameters: unknown): Record<string, unknown> {
  const plain = (value: unknown): unknown => {
    if (value instanceof Float32Array) return undefined
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
    if ('data' in value && 'dims' in value) return { array: value.dims }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  }
  return plain(parameters ?? {}) as Record<string, unknown>
}

/**
 * Makes one map: finds the method, fills in its parameters, runs it and records all that is needed to make it again.
 *
 * x       [N, …item] in model space
 * errors  attribution.unknown, attribution.parameter, inference.*, autodiff.*, cancelled
 */
export async function explain(
  opened: OpenedModel,
  x: Tensor,
  request: ExplainRequest,
  run: Run,
): Promise<{ readonly map: Tensor; readonly record: ExplainRecord }> {
  const method = findMethod(request.method)
  const parameters = parseParameters(method, request.parameters)
  const model = opened.under(run.signal)
  const target = await targetOf(model, x, request.target)
  const input = { model, x, target, layer: request.layer, seed: request.seed }
  const { value, timing } = await withTiming(
    () => method.run(input, parameters, run),
    request.repeats === null ? null : () => model.scores(x, target.output),
    request.repeats,
    () => opened.engine.prepareMs,
  )
  const record: ExplainRecord = {
    method: method.id,
    methodVersion: method.version,
    parameters: described(parameters),
    target,
    layer: request.layer,
    seed: request.seed,
    dims: value.map.dims,
    scores: Array.from(value.scores),
    check: value.check,
    warnings: [...opened.engine.warnings, ...value.warnings],
    trace: value.trace ?? null,
    provenance: {
      ...(await opened.provenance()),
      engineVersion: ENGINE_VERSION,
      computeMs: timing.computeMs,
      peakMemoryMb: Math.round(peakMemoryMb()),
    },
    timing,
  }
  return { map: value.map, record }
}
