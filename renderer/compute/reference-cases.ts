import type { ModelCard } from '../../main/shared/domain/model-card.ts'
import type { Split, WorklistRow } from '../../main/shared/domain/study.ts'
import { formatCount } from '../ui/format.ts'
import type { MethodEntry } from '../ui/registries.ts'
import type { ChosenMethod } from './run-request.ts'

/** An image that may be a reference; one that cannot be says why. */
export interface ReferenceCandidate {
  readonly volumeId: string
  readonly label: string
  readonly split: Split
  readonly isExplained: boolean
  readonly reason: string | null
}

export interface CandidateFilter {
  readonly text: string
  /** null: every one. */
  readonly split: Split | null
}

export const SPLIT_WORDS: Readonly<Record<Split, string>> = {
  train: 'Training',
  tune: 'Validation',
  test: 'Test',
  '': 'No split',
}

const hasReferences = (entry: MethodEntry | undefined) => entry?.parameters.properties?.['references'] !== undefined

/** Whether a chosen method explains against references, itself or by the method it wraps (`of`, `base`). */
export function takesReferences({ method, parameters }: ChosenMethod, methods: readonly MethodEntry[]): boolean {
  const find = (id: unknown) => methods.find((entry) => entry.id === id)
  const properties = find(method)?.parameters.properties ?? {}
  return (
    hasReferences(find(method)) ||
    ['of', 'base'].some((wrapper) => wrapper in properties && hasReferences(find(parameters[wrapper])))
  )
}

/** Every image of the project with its split and whether it can be one input of the model. */
export function referenceCandidates(
  rows: readonly WorklistRow[],
  card: ModelCard | null,
  explained: readonly string[],
): ReferenceCandidate[] {
  const own = new Set(explained)
  return rows.flatMap((row) =>
    row.volumes.map((volume) => ({
      volumeId: volume.id,
      label: `${row.code}, ${volume.name || volume.modality}`,
      split: row.split,
      isExplained: own.has(volume.id),
      reason: card === null ? null : unfit(volume.dims, card),
    })),
  )
}

function unfit([, , slices = 1]: readonly number[], { input }: ModelCard): string | null {
  if (input.size.length === 3) return slices === 1 ? 'A single slice; the model takes volumes.' : null
  return input.slices === 'all' && slices > 1 ? 'Several slices; a reference is a single input.' : null
}

/** Splits that occur, in the order they are offered. */
export function splitsOf(candidates: readonly ReferenceCandidate[]): Split[] {
  const found = new Set(candidates.map(({ split }) => split))
  return (['train', 'tune', 'test', ''] as const).filter((split) => found.has(split))
}

/** Candidates of a split whose label holds every word of the text. */
export function shownCandidates(
  candidates: readonly ReferenceCandidate[],
  { text, split }: CandidateFilter,
): ReferenceCandidate[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return candidates.filter((one) => {
    const label = one.label.toLowerCase()
    return (split === null || one.split === split) && words.every((word) => label.includes(word))
  })
}

/** What is already chosen, and behind it those shown that fit: the order is that of the stack. */
export function withAllShown(chosen: readonly string[], shown: readonly ReferenceCandidate[]): string[] {
  return [...new Set([...chosen, ...shown.filter(({ reason }) => reason === null).map(({ volumeId }) => volumeId)])]
}

/** One candidate put in or taken out; one that does not fit can only be taken out. */
export function toggled(chosen: readonly string[], { volumeId, reason }: ReferenceCandidate): string[] {
  if (chosen.includes(volumeId)) return chosen.filter((id) => id !== volumeId)
  return reason === null ? [...chosen, volumeId] : [...chosen]
}

/**
 * What the record will warn of, and what would refuse the run, said before it.
 *
 * draws  samples of the method in front, one reference for each; null: it takes all of them
 */
export function referenceHints(
  chosen: readonly string[],
  candidates: readonly ReferenceCandidate[],
  draws: number | null = null,
): string[] {
  const ids = new Set(chosen)
  const some = candidates.filter(({ volumeId }) => ids.has(volumeId))
  const hints: string[] = []
  const unfit = some.filter(({ reason }) => reason !== null).length
  if (unfit > 0) hints.push(`${formatCount(unfit, 'does', 'do')} not fit this model: take out or clear.`)
  if (draws !== null && draws < chosen.length)
    hints.push(
      `Only ${draws} of them ${draws === 1 ? 'is' : 'are'} drawn, one for each sample. Raise Samples to ${chosen.length}.`,
    )
  const explained = some.filter(({ isExplained }) => isExplained).length
  if (explained > 0)
    hints.push(
      `${formatCount(explained, 'is', 'are')} explained too: an item among its own references weakens its map.`,
    )
  const other = some.filter(({ split }) => split !== 'train').length
  if (other > 0) hints.push(`${formatCount(other, 'is', 'are')} not marked as training data.`)
  return hints
}
