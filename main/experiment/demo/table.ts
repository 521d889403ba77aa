/** One measured map of the demo: average precision of a method's map against one mask, with the level of an uninformative map. */
export interface DemoValue {
  readonly caseId: string
  readonly method: string
  readonly network: 'honest' | 'cheating'
  readonly finding: 'nodule' | 'marker'
  /** null where the metric is undefined on this case. */
  readonly value: number | null
  readonly chance: number | null
}

/** One pointing game: whether the highest point of a map of the cheating network lies on the marker. */
export interface DemoPoint {
  readonly caseId: string
  readonly method: string
  /** null where the metric is undefined on this case. */
  readonly hit: boolean | null
}

/** exposes: its maps of the cheating network point at the marker · hints: they move towards it · silent: they do not. */
export type Verdict = 'exposes' | 'hints' | 'silent'

export interface DemoMean {
  readonly mean: number | null
  readonly chance: number | null
  readonly cases: number
}

export interface DemoRow {
  readonly method: string
  readonly noduleHonest: DemoMean
  readonly noduleCheating: DemoMean
  readonly markerHonest: DemoMean
  readonly markerCheating: DemoMean
  /** Cases in which the cheating network's map ranks the marker above the nodule, of those that have both; ties left out. */
  readonly markerOverNodule: SignCount
  /** Cases in which the marker ranks higher on the cheating network than on the honest one. */
  readonly cheatingOverHonest: SignCount
  /** Films on which the highest point of the cheating network's map lies on the marker. */
  readonly pointing: PointCount
  /** One of the maps that ask no network, there for comparison. */
  readonly control: boolean
  readonly verdict: Verdict
}

export interface PointCount {
  readonly hits: number
  readonly cases: number
}

export interface SignCount {
  readonly wins: number
  readonly losses: number
  /** One-sided exact sign test: probability of at least so many wins if either outcome were as likely. */
  readonly p: number
}

/** A verdict needs both sign tests below `p`, and either so large a share of films pointed at or a precision so far above chance. */
export const decision = { p: 0.01, pointing: 0.5, aboveChance: 0.1 } as const
/** How far from the marker the highest point may lie, in pixels of the film; the published rule (Zhang et al. 2018). */
export const pointingTolerance = 15

/**
 * The demo's table: one row per method, in the order first met; `controls` names the methods that ask no network.
 *
 * exposes  on the cheating network the marker outranks the nodule (sign test over cases having both), it ranks higher there than on the
 *          honest network (sign test over cases with a marker), and the map singles it out: its highest point lies on it on at least half of
 *          the films, or its mean precision lies ≥ 0.1 of the way from chance to 1. Two ways, because a plateau of equal values has no
 *          highest point and a coarse map no precision. The second condition is what controls fail: edges find a lead letter too, but on
 *          every network alike.
 * hints    the marker ranks higher than on the honest network, and above chance (sign test over cases with a marker)
 * silent   neither: a map at the level of chance says nothing, however its level moved
 *
 * Average precisions of masks of unequal size are compared as lifts, (AP − chance) / (1 − chance).
 */
export function demoTable(
  values: readonly DemoValue[],
  points: readonly DemoPoint[],
  controls: ReadonlySet<string>,
): DemoRow[] {
  const names = [...new Set(values.map((value) => value.method))]
  return names.map((method) => ({
    ...row(
      method,
      values.filter((value) => value.method === method),
      countPoints(points.filter((point) => point.method === method)),
    ),
    control: controls.has(method),
  }))
}

function countPoints(points: readonly DemoPoint[]): PointCount {
  const played = points.filter(({ hit }) => hit !== null)
  return { hits: played.filter(({ hit }) => hit).length, cases: played.length }
}

function row(method: string, values: readonly DemoValue[], pointing: PointCount): Omit<DemoRow, 'control'> {
  const of = (network: DemoValue['network'], finding: DemoValue['finding']) =>
    values.filter((v) => v.network === network && v.finding === finding)
  const noduleHonest = of('honest', 'nodule')
  const noduleCheating = of('cheating', 'nodule')
  const markerHonest = of('honest', 'marker')
  const markerCheating = of('cheating', 'marker')
  const markerOverNodule = signCount(markerCheating, noduleCheating)
  const cheatingOverHonest = signCount(markerCheating, markerHonest)
  const lifts = markerCheating.map(lift).filter((value) => value !== null)
  const above = lifts.filter((value) => value > 0).length
  const moved =
    cheatingOverHonest.p <= decision.p && atLeast(above, lifts.filter((value) => value !== 0).length) <= decision.p
  const meanLift = lifts.length === 0 ? 0 : lifts.reduce((sum, value) => sum + value, 0) / lifts.length
  const pointed = pointing.cases > 0 && pointing.hits / pointing.cases >= decision.pointing
  const singledOut = pointed || meanLift >= decision.aboveChance
  const exposes = moved && markerOverNodule.p <= decision.p && singledOut
  return {
    method,
    noduleHonest: meanOf(noduleHonest),
    noduleCheating: meanOf(noduleCheating),
    markerHonest: meanOf(markerHonest),
    markerCheating: meanOf(markerCheating),
    markerOverNodule,
    cheatingOverHonest,
    pointing,
    verdict: exposes ? 'exposes' : moved ? 'hints' : 'silent',
  }
}

function lift(value: DemoValue): number | null {
  if (value.value === null || value.chance === null || value.chance >= 1) return null
  return (value.value - value.chance) / (1 - value.chance)
}

function meanOf(values: readonly DemoValue[]): DemoMean {
  const defined = values.filter((v) => v.value !== null && v.chance !== null)
  const mean = (pick: (v: DemoValue) => number | null) =>
    defined.length === 0 ? null : defined.reduce((sum, v) => sum + (pick(v) ?? 0), 0) / defined.length
  return { mean: mean((v) => v.value), chance: mean((v) => v.chance), cases: defined.length }
}

/** Pairs two lists by case and counts which has the higher lift. */
function signCount(first: readonly DemoValue[], second: readonly DemoValue[]): SignCount {
  const others = new Map(second.map((value) => [value.caseId, lift(value)]))
  let wins = 0
  let losses = 0
  for (const value of first) {
    const a = lift(value)
    const b = others.get(value.caseId)
    if (a === null || b === null || b === undefined || a === b) continue
    if (a > b) wins++
    else losses++
  }
  return { wins, losses, p: atLeast(wins, wins + losses) }
}

/** P(X ≥ wins) for X ~ Binomial(n, ½), summed exactly; 1 when there are no pairs. */
export function atLeast(wins: number, n: number): number {
  let term = 0.5 ** n
  let sum = 0
  for (let k = n; k >= wins; k--) {
    sum += term
    term *= k / (n - k + 1)
  }
  return Math.min(1, sum)
}
