import { z } from 'zod'
import { parseParameters } from '../attribution/parameters.ts'
import { findPreset, withPreset } from '../attribution/presets/registry.ts'
import { findMethod } from '../attribution/registry.ts'
import { mapKey } from '../project/map-key.ts'
import type { Project } from '../project/project.ts'
import type { ComputeRequest } from '../shared/domain/compute-request.ts'
import type { SaliencyMap, TargetPositions } from '../shared/domain/map.ts'
import type { Model } from '../shared/domain/model.ts'
import type { ModelCard } from '../shared/domain/model-card.ts'
import type { Volume } from '../shared/domain/study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { type ChosenPositions, positionsChooser } from './target-mask.ts'

/** As many as one run can list and measurements can take. */
const mostMaps = 1_000_000

/** One map to be made: its request expanded, and its address. */
export interface PlannedMap {
  readonly key: string
  readonly volume: Volume
  /** Place of the method in the request: maps of one place and image are made in one task. */
  readonly entry: number
  readonly method: string
  readonly methodVersion: number
  readonly preset: string | null
  /** As the request and its preset write them. */
  readonly flat: Readonly<Record<string, unknown>>
  /** Defaults filled in. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly layer: string | null
  /** `index` −1 stands for "the highest score". */
  readonly target: {
    readonly index: number
    readonly output: SaliencyMap['target']['output']
    readonly negate: boolean
  }
  readonly positions: TargetPositions | null
}

export interface MapPlan {
  readonly model: Model
  readonly card: ModelCard
  readonly maps: readonly PlannedMap[]
  /** Classes explained on each image. */
  readonly classCount: number
  /** Images without the mask that was asked for: nothing is planned on them. */
  readonly withoutMask: readonly { readonly volume: Volume; readonly error: SaliscopeError }[]
}

/**
 * Expands a request into maps and their keys: volume by volume, so that each image is preprocessed once, then method by
 * method, then class by class.
 *
 * errors  experiment.card-missing, experiment.target, experiment.target-mask, experiment.too-many, attribution.unknown,
 *         attribution.parameter, attribution.preset, project.not-found
 */
export function planMaps(request: ComputeRequest, project: Project, engineVersion: string): MapPlan {
  const model = project.models.get(request.modelId)
  const card = acceptedCard(model)
  const preset = request.preset === null ? null : findPreset(request.preset)
  const output = request.output ?? preset?.output ?? 'logit'
  const indices = targetIndices(request, card)
  const count = request.volumeIds.length * request.methods.length * indices.length
  if (count > mostMaps)
    throw new SaliscopeError(
      'experiment.too-many',
      `This run would make ${count} maps; ${mostMaps} is the most. Split it by images or methods.`,
      { maps: count, most: mostMaps },
    )
  const entries = request.methods.map(({ method: id, parameters: given, layer }, entry) => {
    const method = findMethod(id)
    const flat = preset === null ? given : withPreset(preset, id, given)
    const parameters = z.record(z.string(), z.unknown()).parse(parseParameters(method, flat) ?? {})
    return { entry, method: id, methodVersion: method.version, preset: preset?.id ?? null, flat, parameters, layer }
  })
  const positionsOf = positionsChooser(request, card, project)
  const maps: PlannedMap[] = []
  const withoutMask: { volume: Volume; error: SaliscopeError }[] = []
  for (const volume of request.volumeIds.map((id) => project.volumes.get(id))) {
    const positions = positionsOf(volume)
    if (positions instanceof SaliscopeError) {
      withoutMask.push({ volume, error: positions })
      continue
    }
    for (const entry of entries)
      for (const index of indices) {
        const target = { index, output, negate: request.negate }
        const part = { ...entry, volume, target }
        const key = keyOf(part, model, positions, request.seed, engineVersion)
        maps.push({ ...part, key, positions: positions?.positions ?? null })
      }
  }
  if (maps.length === 0) throw withoutMask[0].error
  return { model, card, maps, classCount: indices.length, withoutMask }
}

function keyOf(
  { volume, method, methodVersion, parameters, layer, target }: Omit<PlannedMap, 'key' | 'positions'>,
  model: Model,
  positions: ChosenPositions | null,
  seed: number,
  engineVersion: string,
): string {
  const { type, slope, intercept, grid, channels } = volume
  return mapKey({
    modelSha256: model.sha256,
    card: acceptedCard(model),
    volumeSha256: volume.sha256,
    volume: { type, slope, intercept, dims: grid.dims, affine: grid.affine, channels },
    method,
    methodVersion,
    parameters,
    layer,
    target: { ...target, mask: positions?.address },
    seed,
    engineVersion,
  })
}

/** errors  experiment.card-missing */
export function acceptedCard(model: Model): ModelCard {
  if (model.card === null || !model.card.accepted) {
    throw new SaliscopeError(
      'experiment.card-missing',
      `The model “${model.name}” has no accepted card yet. Open it, check the preview on an image, and accept the card.`,
    )
  }
  return model.card
}

/** Each class once, in the order of the request; −1 for "the highest score of each image". */
function targetIndices({ target, targets }: ComputeRequest, { output: { classes } }: ModelCard): number[] {
  if (targets === null && target === null) return [-1]
  const named = targets ?? (target === null ? [] : [target])
  const indices = named.map((one) => {
    const index = typeof one === 'string' ? classes.indexOf(one) : one
    if (index >= 0 && index < classes.length) return index
    throw new SaliscopeError(
      'experiment.target',
      `The model has no class “${one}”; it has ${classes.slice(0, 10).join(', ')}${classes.length > 10 ? ` and ${classes.length - 10} more` : ''}.`,
    )
  })
  return [...new Set(indices)]
}
