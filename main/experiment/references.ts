import { z } from 'zod'
import type { Method } from '../attribution/method.ts'
import { parseParameters } from '../attribution/parameters.ts'
import { methods } from '../attribution/registry.ts'
import { chooseAxes } from '../imaging/preprocess/axes.ts'
import type { Project } from '../project/project.ts'
import type { ComputeRequest } from '../shared/domain/compute-request.ts'
import type { MapReference } from '../shared/domain/map.ts'
import type { ModelCard } from '../shared/domain/model-card.ts'
import type { Volume } from '../shared/domain/study.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { sizeOf, type Tensor } from '../tensor/tensor.ts'

/** All references of a run stand in memory at once, here and in the process that computes. */
const mostBytes = 512 * 2 ** 20

export interface ReferenceCase {
  readonly volume: Volume
  /** How a map's record names it. */
  readonly record: MapReference
}

/** The reference cases of a request, checked against the model's card. */
export interface ReferenceCases {
  readonly cases: readonly ReferenceCase[]
  /** [R, …item] in the card's layout. */
  readonly dims: readonly number[]
}

export const refused = (message: string, detail: Record<string, unknown> = {}): SaliscopeError =>
  new SaliscopeError('experiment.references', message, detail)

const hasReferences = ({ parameters }: Method<unknown>): boolean =>
  parameters instanceof z.ZodObject && 'references' in parameters.shape

/**
 * The parameter of a method that takes the stack of references: its own, or that of the method it wraps (`of`, `base`); null
 * where there is none.
 */
export function referenceParameter(
  method: Method<unknown>,
  flat: Readonly<Record<string, unknown>>,
): 'references' | 'of.references' | 'base.references' | null {
  if (hasReferences(method)) return 'references'
  for (const wrapper of ['of', 'base'] as const) {
    const inner = methods.find(({ id }) => id === flat[wrapper])
    if (inner !== undefined && takes(method, wrapper) && hasReferences(inner)) return `${wrapper}.references`
  }
  return null
}

const takes = ({ parameters }: Method<unknown>, name: string): boolean =>
  parameters instanceof z.ZodObject && name in parameters.shape

/**
 * How many references a method with `samples` draws, one for each sample from the first on; null where it takes all.
 *
 * parameters  expanded ones of the method
 */
export function drawnReferences(method: Method<unknown>, parameters: Readonly<Record<string, unknown>>): number | null {
  if (hasReferences(method)) return typeof parameters['samples'] === 'number' ? parameters['samples'] : null
  const wrapper = (['of', 'base'] as const).find((name) => takes(method, name)) ?? 'of'
  const inner = methods.find(({ id }) => id === parameters[wrapper])
  if (inner === undefined || !hasReferences(inner)) return null
  const own = z.record(z.string(), z.unknown()).parse(parameters[`${wrapper}Parameters`])
  return drawnReferences(inner, z.record(z.string(), z.unknown()).parse(parseParameters(inner, own)))
}

/** Stands for the stack where only its shape is asked for: parameters are checked and costs predicted before any case is read. */
export const shapeOnly = ({ dims }: ReferenceCases): Tensor => ({ dims, data: new Float32Array(0) })

/** “CODE, name”, as the lists on the screen name an image. */
const titleOf = ({ record }: ReferenceCase): string => `“${record.code}, ${record.name}”`

/**
 * Finds the reference cases of a request.
 *
 * returns  null where the request names none
 * errors   experiment.references: a case gives more or fewer than one input to this model, or all together are too large;
 *          project.not-found
 */
export function referenceCases(
  { references }: ComputeRequest,
  card: ModelCard,
  { studies, volumes }: Project,
): ReferenceCases | null {
  if (references === null) return null
  const cases = references.volumeIds.map((volumeId): ReferenceCase => {
    const volume = volumes.get(volumeId)
    const { code, split } = studies.get(volume.studyId)
    const { sha256, name, modality } = volume
    return { volume, record: { volumeId, code, name: name || modality, split, sha256 } }
  })
  for (const one of cases) requireOneInput(one, card)
  const dims = [cases.length, ...itemDimsOf(card)]
  const bytes = 4 * sizeOf(dims)
  if (bytes > mostBytes)
    throw refused(
      `${cases.length} reference cases take ${Math.ceil(bytes / 2 ** 20)} MB as inputs of “${card.name}”; ${mostBytes / 2 ** 20} MB is the most. Choose at most ${Math.floor(mostBytes / 4 / sizeOf(dims.slice(1)))}.`,
      { references: cases.length, bytes, most: mostBytes },
    )
  return { cases, dims }
}

function itemDimsOf({ input: { layout, channels, size } }: ModelCard): number[] {
  return layout === 'NCHW' || layout === 'NCDHW' ? [channels, ...size] : [...size, channels]
}

/** Every reference is one input: a volume is many of them to a network of slices, and a slice is none to a network of volumes. */
function requireOneInput(one: ReferenceCase, card: ModelCard): void {
  const { volume } = one
  const { size, slices, orientation } = card.input
  const across = naming(one, () => chooseAxes(volume.grid, orientation).d.axis)
  const depth = volume.grid.dims[across]
  if (size.length === 2 && slices === 'all' && depth > 1)
    throw refused(
      `The reference case ${titleOf(one)} has ${depth} slices, which “${card.name}” takes one by one; a reference must be a single input. Choose single images.`,
      { volumeId: volume.id, slices: depth },
    )
  if (size.length === 3 && volume.grid.dims[2] === 1)
    throw refused(
      `The reference case ${titleOf(one)} is a single slice, and “${card.name}” takes volumes. Choose volumes.`,
      { volumeId: volume.id, slices: 1 },
    )
}

function naming<T>(one: ReferenceCase, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unreadable(one, error)
  }
}

/** What went wrong with one case, in a sentence that names it. */
export function unreadable(one: ReferenceCase, error: unknown): unknown {
  if (!(error instanceof SaliscopeError) || error.code === 'cancelled') return error
  return refused(`The reference case ${titleOf(one)} cannot be used: ${error.message}`, {
    volumeId: one.volume.id,
    cause: error.code,
  })
}

/** At most so many cases are named in a sentence; the record lists all. */
const mostNamed = 5

/**
 * What a reader must know of a map's references besides their list.
 *
 * drawn     how many the method draws; null: all of them
 * findings  of each case's preprocessing, in the order of the cases
 */
export function referenceWarnings(
  explained: Volume,
  { cases }: ReferenceCases,
  drawn: number | null,
  findings: readonly (readonly string[])[],
): string[] {
  const codes = (some: readonly ReferenceCase[]): string => {
    const named = some.slice(0, mostNamed).map(({ record }) => record.code)
    const more = some.length - named.length
    return more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`
  }
  const warnings: string[] = []
  if (cases.some(({ volume }) => volume.sha256 === explained.sha256))
    warnings.push('The item is among its own references: the difference to itself is zero and weakens the map.')
  if (drawn !== null && drawn < cases.length)
    warnings.push(
      `Only ${drawn} of ${cases.length} reference cases were drawn, one for each sample; raise samples to at least ${cases.length}.`,
    )
  for (const [splits, words] of [
    [['tune', 'test'], 'from the validation or test split'],
    [[''], 'not marked as training data'],
  ] as const) {
    const some = cases.filter(({ record }) => splits.some((split) => split === record.split))
    if (some.length > 0)
      warnings.push(
        `${some.length} of ${cases.length} reference cases ${some.length === 1 ? 'is' : 'are'} ${words}: ${codes(some)}. References should come from training data only.`,
      )
  }
  const byMessage = Map.groupBy(
    cases.flatMap((one, r) => findings[r].map((message) => ({ one, message }))),
    ({ message }) => message,
  )
  for (const [message, found] of byMessage)
    warnings.push(`Of the reference cases ${codes(found.map(({ one }) => one))}: ${message}`)
  return warnings
}
