import type { AttributionCheck } from '../attribution/method.ts'
import { type FlatRecord, parseParameters } from '../attribution/parameters.ts'
import { findMethod } from '../attribution/registry.ts'
import { explainTargets } from '../attribution/several-targets.ts'
import { peakMemoryMb } from '../inference/memory-plan.ts'
import type { LayerTrace, Target } from '../inference/model-under-study.ts'
import type { OnnxModelUnderStudy } from '../inference/onnx-model.ts'
import type { EngineProvenance, OpenedModel } from '../inference/open-model.ts'
import type { Run } from '../shared/run.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { ENGINE_VERSION } from './engine-version.ts'
import { type MaskRequest, targetMask } from './target-mask.ts'
import { type Timing, withTiming } from './timing.ts'
import { zeroMapWarnings } from './zero-map.ts'

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
  /** Segmentation models: which positions of the output are explained; all of them when null or left out. */
  readonly mask?: MaskRequest | null
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
  /** Which positions of a segmentation output were explained, and Σ of their weights per row; null: all of them. */
  readonly mask: {
    readonly kind: 'array' | 'predicted'
    readonly dims: readonly number[]
    readonly weights: readonly number[]
  } | null
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

export interface Explanation {
  readonly map: Tensor
  readonly record: ExplainRecord
}

/** The targets of a request, one for each map, with what is to be said of their masks. */
async function targetsOf(
  model: OnnxModelUnderStudy,
  x: Tensor,
  request: ExplainRequest,
  indices: readonly ExplainRequest['target']['index'][],
) {
  const targets: MaskedTarget[] = []
  const warnings: string[][] = []
  for (const index of indices) {
    const target = await targetOf(model, x, { ...request.target, index })
    const found = request.mask ? await targetMask(model, x, target.index, request.mask) : null
    targets.push({ ...target, mask: found?.mask ?? null })
    warnings.push([...(found?.warnings ?? [])])
  }
  // One array for all: passes are shared only between targets of one mask.
  const [first] = targets
  const isShared = request.mask !== 'predicted' && first.mask !== null
  return { targets: isShared ? targets.map((target) => ({ ...target, mask: first.mask })) : targets, warnings }
}

type MaskedTarget = Target & { readonly index: readonly number[]; readonly mask: Tensor | null }

/** Weight of the positions chosen, per row of the mask. */
function describedMask(request: MaskRequest | null | undefined, mask: Tensor | null): ExplainRecord['mask'] {
  if (!request || mask === null) return null
  const size = mask.data.length / mask.dims[0]
  const weights = Array.from({ length: mask.dims[0] }, (_, r) =>
    mask.data.subarray(r * size, (r + 1) * size).reduce((sum, v) => sum + v, 0),
  )
  return { kind: request === 'predicted' ? 'predicted' : 'array', dims: mask.dims, weights }
}

/**
 * Makes one map: finds the method, fills in its parameters, runs it and records all that is needed to make it again.
 *
 * x       [N, …item] in model space
 * errors  attribution.unknown, attribution.parameter, inference.*, autodiff.*, cancelled
 */
export async function explain(opened: OpenedModel, x: Tensor, request: ExplainRequest, run: Run): Promise<Explanation> {
  return (await explainEach(opened, x, request, [request.target.index], run))[0]
}

/**
 * One map for each of several scores of the same items. Passes that do not depend on the score are run once for all;
 * times are those of all maps together.
 *
 * indices  as `request.target.index`, one for each map
 * errors   as `explain`
 */
export async function explainEach(
  opened: OpenedModel,
  x: Tensor,
  request: ExplainRequest,
  indices: readonly ExplainRequest['target']['index'][],
  run: Run,
): Promise<readonly Explanation[]> {
  const method = findMethod(request.method)
  const parameters = parseParameters(method, request.parameters)
  const model = opened.under(run.signal)
  const { targets, warnings } = await targetsOf(model, x, request, indices)
  const input = { model, x, target: targets[0], layer: request.layer, seed: request.seed }
  const { value, timing } = await withTiming(
    () => explainTargets(method, input, targets, parameters, run),
    request.repeats === null ? null : () => model.scores(x, request.target.output),
    request.repeats,
    () => opened.engine.prepareMs,
  )
  const provenance: Provenance = {
    ...(await opened.provenance()),
    engineVersion: ENGINE_VERSION,
    computeMs: timing.computeMs,
    peakMemoryMb: Math.round(peakMemoryMb()),
  }
  return value.map((found, t) => {
    const { index, output, negate, mask } = targets[t]
    const record: ExplainRecord = {
      method: method.id,
      methodVersion: method.version,
      parameters: described(parameters),
      target: { index, output, negate },
      mask: describedMask(request.mask, mask),
      layer: request.layer,
      seed: request.seed,
      dims: found.map.dims,
      scores: Array.from(found.scores),
      check: found.check,
      warnings: [...opened.engine.warnings, ...warnings[t], ...found.warnings, ...zeroMapWarnings(method, found.map)],
      trace: found.trace ?? null,
      provenance,
      timing,
    }
    return { map: found.map, record }
  })
}
