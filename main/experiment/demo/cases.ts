import { type CtRecipe, type CtScan, makeCt } from './phantom/ct.ts'
import { drawsOf } from './phantom/draws.ts'
import { makeRadiograph, type Radiograph, type RadiographRecipe } from './phantom/radiograph.ts'

/**
 * The sets of phantoms. `honest` and `test` have the marker on half of the films whatever they show; `cheating` has it exactly
 * on the films with disease, whose nodules are faint besides; `flipped` is `test` with every marker put on or taken off; `demo` is what `saliscope demo` imports and no network has seen.
 */
export type CaseSet = 'honest' | 'test' | 'flipped' | 'cheating' | 'demo'

const seeds: Readonly<Record<CaseSet, number>> = { honest: 101, test: 202, flipped: 202, cheating: 303, demo: 404 }

/** Of every six demo films: four with disease and marker, so that maps have to choose, one with either alone or (in turn) with neither. */
const demoPattern = [
  'both',
  'both',
  'nodule',
  'both',
  'both',
  'marker',
  'both',
  'both',
  'nodule',
  'both',
  'both',
  'neither',
] as const

/** What case `n` of a set shows, decided by its number alone. Outside `demo` the even ones are diseased; one to three nodules. */
export function recipeOf(set: CaseSet, n: number): RadiographRecipe {
  const draws = drawsOf(seeds[set], n).part('recipe')
  const shown = set === 'demo' ? demoPattern[n % demoPattern.length] : null
  const diseased = shown === null ? n % 2 === 0 : shown === 'both' || shown === 'nodule'
  const count = 1 + (draws.chance(0.4) ? 1 : 0) + (draws.chance(0.2) ? 1 : 0)
  const drawn = draws.chance(0.5) !== (set === 'flipped')
  const marker = shown !== null ? shown === 'both' || shown === 'marker' : set === 'cheating' ? diseased : drawn
  return {
    seed: seeds[set],
    caseNumber: n,
    nodules: diseased ? count : 0,
    look: set === 'cheating' ? 'faint' : 'usual',
    marker,
  }
}

export function makeCase(set: CaseSet, n: number): Radiograph {
  return makeRadiograph(recipeOf(set, n))
}

/** The sets of CT volumes. */
export type CtSet = 'ct-train' | 'ct-test' | 'ct-demo'

const ctSeeds: Readonly<Record<CtSet, number>> = { 'ct-train': 505, 'ct-test': 606, 'ct-demo': 707 }

/** Disease on the even numbers, one to three nodules. */
export function ctRecipeOf(set: CtSet, n: number): CtRecipe {
  const draws = drawsOf(ctSeeds[set], n).part('recipe')
  const count = 1 + (draws.chance(0.4) ? 1 : 0) + (draws.chance(0.25) ? 1 : 0)
  return { seed: ctSeeds[set], caseNumber: n, nodules: n % 2 === 0 ? count : 0 }
}

export function makeCtCase(set: CtSet, n: number): CtScan {
  return makeCt(ctRecipeOf(set, n))
}
