import { z } from 'zod'
import { isTensor } from '../attribution/array-parameter.ts'
import { parseParameters } from '../attribution/parameters.ts'
import type { Preset } from '../attribution/presets/preset.ts'
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
import { type ReferenceCases, referenceCases, referenceParameter, refused, shapeOnly } from './references.ts'
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
  /** As the request and its preset write them; references are not among them. */
  readonly flat: Readonly<Record<string, unknown>>
  /** The parameter that takes the run's reference cases, or null. */
  readonly referenceParameter: string | null
  /** Defaults filled in; references are there by their shape only. */
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
  /** Of the methods that take them; null: none does. */
  readonly references: ReferenceCases | null
  /** Classes explained on each image. */
  readonly classCount: number
  /** Images without the mask that was asked for: nothing is planned on them. */
  readonly withoutMask: readonly { readonly volume: Volume; readonly error: SaliscopeError }[]
}

/**
 * Expands a request into maps and their keys: volume by volume, so that each image is preprocessed once, then method by
 * method, then class by class.
 *
 * errors  experiment.card-missing, experiment.target, experiment.target-mask, experiment.references, experiment.too-many,
 *         attribution.unknown, attribution.parameter, attribution.preset, project.not-found
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
  const references = referenceCases(request, card, project)
  const entries = entriesOf(request, preset, references)
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
        const key = keyOf(part, { model, references, positions, seed: request.seed, engineVersion })
        maps.push({ ...part, key, positions: positions?.positions ?? null })
      }
  }
  if (maps.length === 0) throw withoutMask[0].error
  return { model, card, maps, references, classCount: indices.length, withoutMask }
}

/** The methods of a request with their parameters expanded. */
function entriesOf(request: ComputeRequest, preset: Preset | null, references: ReferenceCases | null) {
  const entries = request.methods.map(({ method: id, parameters: given, layer }, entry) => {
    const method = findMethod(id)
    const flat = preset === null ? given : withPreset(preset, id, given)
    const parameter = referenceParameter(method, flat)
    if (parameter !== null && references === null)
      throw refused(`${method.title} explains against reference cases, and none are named. Choose some.`, {
        method: id,
      })
    const stack = parameter === null || references === null ? {} : { [parameter]: shapeOnly(references) }
    const parameters = z.record(z.string(), z.unknown()).parse(parseParameters(method, { ...flat, ...stack }) ?? {})
    const named = { method: id, methodVersion: method.version, preset: preset?.id ?? null }
    return { ...named, entry, flat, referenceParameter: parameter, parameters, layer }
  })
  if (references !== null && entries.every(({ referenceParameter }) => referenceParameter === null))
    throw refused(
      `None of the methods takes reference cases: ${request.methods.map(({ method }) => method).join(', ')}. Leave the cases out.`,
    )
  return entries
}

interface KeySetting {
  readonly model: Model
  readonly references: ReferenceCases | null
  readonly positions: ChosenPositions | null
  readonly seed: number
  readonly engineVersion: string
}

function keyOf(
  {
    volume,
    method,
    methodVersion,
    parameters,
    referenceParameter,
    layer,
    target,
  }: Omit<PlannedMap, 'key' | 'positions'>,
  { model, references, positions, seed, engineVersion }: KeySetting,
): string {
  const cases = referenceParameter === null ? undefined : references?.cases
  return mapKey({
    modelSha256: model.sha256,
    card: acceptedCard(model),
    volumeSha256: volume.sha256,
    volume: volumeAddress(volume),
    method,
    methodVersion,
    parameters: withoutArrays(parameters),
    layer,
    target: { ...target, mask: positions?.address },
    references: cases?.map((one) => ({ ...volumeAddress(one.volume), sha256: one.volume.sha256 })),
    seed,
    engineVersion,
  })
}

function volumeAddress({ type, slope, intercept, grid, channels }: Volume) {
  return { type, slope, intercept, dims: grid.dims, affine: grid.affine, channels }
}

/** Parameters less the stack of references, which is addressed case by case; inner methods' parameters stand one level down. */
function withoutArrays(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(parameters).filter(([, value]) => !isTensor(value))
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
      return [name, isRecord ? withoutArrays(value as Record<string, unknown>) : value]
    }),
  )
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
