import type { FigureRecipe, FigureRow } from '../../main/shared/domain/figure.ts'
import type { CompareSettings } from '../viewer/compare/panel-maps.ts'
import type { PlaneName } from '../viewer/geometry/planes.ts'
import type { CaseState } from '../viewer/store.ts'
import { START } from './recipe.ts'

/** What a comparison hands to the figure studio: the same maps, plane, position, window and range. */
export interface FigureStart {
  /** Maps in the order of the panels; null leaves the choice to the studio. */
  readonly maps: readonly string[] | null
  readonly plane: FigureRow['plane']
  readonly centre: FigureRow['centre']
  readonly window: FigureRow['window']
  readonly settings: typeof START
}

type Compared = Pick<CaseState, 'points' | 'window'> & {
  readonly keys: readonly string[]
  readonly settings: CompareSettings
  readonly plane: PlaneName
}

/** Address of the studio for what a comparison shows. A fixed range has no counterpart on paper: it becomes the shared one in real values. */
export function figureAddress(studyId: string, { keys, settings, plane, points, window }: Compared): string {
  const parameters = new URLSearchParams({
    maps: keys.join(','),
    plane,
    at: points[plane].join(','),
    window: `${window.width},${window.level}`,
    range: settings.range === 'own' ? 'own' : 'shared',
    normalisation: settings.range === 'shared' ? settings.normalisation : 'none',
    threshold: String(settings.threshold),
    opacity: String(settings.opacity),
    table: settings.table ?? '',
    sampling: settings.linear ? 'linear' : 'nearest',
  })
  return `/figures/${studyId}?${parameters}`
}

const numbersOf = (text: string | null, count: number): number[] | null => {
  const numbers = text ? text.split(',').map(Number) : []
  return numbers.length === count && numbers.every(Number.isFinite) ? numbers : null
}
const oneOf = <T extends string>(text: string | null, known: readonly T[], otherwise: T): T =>
  known.find((one) => one === text) ?? otherwise
const shareOf = (text: string | null, otherwise: number): number => {
  const [share] = numbersOf(text, 1) ?? [otherwise]
  return Math.min(1, Math.max(0, share))
}

/** Reads such an address; what it does not say, or says wrongly, is the studio's own start. */
export function figureStart(parameters: URLSearchParams): FigureStart {
  const at = numbersOf(parameters.get('at'), 3)
  const window = numbersOf(parameters.get('window'), 2)
  const maps = parameters.get('maps')
  const settings: typeof START = {
    ...START,
    range: oneOf(parameters.get('range'), ['shared', 'own'] as const, START.range),
    normalisation: oneOf(
      parameters.get('normalisation'),
      ['none', 'maximum', 'percentile'] as const satisfies readonly FigureRecipe['normalisation'][],
      START.normalisation,
    ),
    threshold: shareOf(parameters.get('threshold'), START.threshold),
    opacity: shareOf(parameters.get('opacity'), START.opacity),
    colourTable: parameters.get('table') || null,
    sampling: oneOf(parameters.get('sampling'), ['linear', 'nearest'] as const, START.sampling),
    // The comparison shows sums over channels; the figure shows what was compared.
    merge: maps === null ? START.merge : 'sum',
  }
  return {
    maps: maps === null ? null : maps.split(',').filter(Boolean),
    plane: oneOf(parameters.get('plane'), ['axial', 'coronal', 'sagittal'] as const, 'axial'),
    centre: at === null ? null : [at[0], at[1], at[2]],
    window: window === null || !(window[0] > 0) ? null : { width: window[0], level: window[1] },
    settings,
  }
}
