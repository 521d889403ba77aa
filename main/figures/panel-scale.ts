import { type DisplayRange, displayRange, type MapStatistics, sharedRange } from '../shared/colour/display-range.ts'
import { type ColourTableId, isDiverging } from '../shared/colour/tables.ts'
import type { FigureRecipe } from '../shared/domain/figure.ts'

/** The range of one panel in the map's own values, and the value that stands as 1 on the bar. */
export interface PanelScale {
  readonly range: DisplayRange
  readonly one: number
}

/** A bar that several panels share. */
export interface SharedBar {
  readonly range: DisplayRange
  readonly table: ColourTableId
  readonly label: string
}

type Recipe = Pick<FigureRecipe, 'range' | 'normalisation' | 'colourTable'>

const LABELS: Record<FigureRecipe['normalisation'], string> = {
  none: 'score per position',
  maximum: 'share of each map’s maximum',
  percentile: 'share of each map’s 99th percentile',
}

/** Range of a map among all maps of the figure: its own, the shared one, or ± what it is divided by. */
export function panelScale(recipe: Recipe, map: MapStatistics, all: readonly MapStatistics[]): PanelScale {
  if (recipe.range === 'own') return { range: displayRange(map), one: 1 }
  if (recipe.normalisation === 'none') return { range: sharedRange(all), one: 1 }
  const { low, high } = displayRange(map, recipe.normalisation === 'maximum' ? 'full' : 'percentile')
  const one = Math.max(Math.abs(low), Math.abs(high)) || 1
  return { range: { low: map.signed ? -one : 0, high: one, signed: map.signed }, one }
}

/** The recipe's table where it is of the range's kind: zero keeps the middle of a diverging table, and of no other. */
export function tableFor(recipe: Recipe, range: DisplayRange): ColourTableId {
  const chosen = recipe.colourTable as ColourTableId | null
  if (chosen !== null && isDiverging(chosen) === range.signed) return chosen
  return range.signed ? 'signed-dark' : 'inferno'
}

/** One bar per kind of range, unsigned first; none where every panel has its own. */
export function sharedBars(recipe: Recipe, all: readonly MapStatistics[]): SharedBar[] {
  if (recipe.range === 'own') return []
  const bars = new Map<boolean, SharedBar>()
  for (const map of all.filter((one) => !one.flat)) {
    const { range, one } = panelScale(recipe, map, all)
    const shown = { low: range.low / one, high: range.high / one, signed: range.signed }
    bars.set(range.signed, { range: shown, table: tableFor(recipe, range), label: LABELS[recipe.normalisation] })
  }
  return [...bars.values()].sort((a, b) => Number(a.range.signed) - Number(b.range.signed))
}
