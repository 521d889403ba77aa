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
  readonly verdict: Verdict
}

export interface SignCount {
  readonly wins: number
  readonly losses: number
  /** One-sided exact sign test: probability of at least so many wins if either outcome were as likely. */
  readonly p: number
}

/** A verdict needs both sign tests below this, and a marker precision this far above chance. */
export const decision = { p: 0.01, aboveChance: 0.1 } as const

/**
 * The demo's table: one row per method, in the order first met.
 *
 * exposes  on the cheating network the marker outranks the nodule (sign test over cases having both), it ranks higher there than on the
 *          honest network (sign test over cases with a marker), and its mean precision lies ≥ 0.1 of the way from chance to 1.
 *          The second condition is what controls fail: edges find a lead letter too, but on every network alike.
 * hints    the second condition alone holds
 * silent   neither
 *
 * Average precisions of masks of unequal size are compared as lifts, (AP − chance) / (1 − chance).
 */
export function demoTable(values: readonly DemoValue[]): DemoRow[] {
  const names = [...new Set(values.map((value) => value.method))]
  return names.map((method) =>
    row(
      method,
      values.filter((value) => value.method === method),
    ),
  )
}

function row(method: string, values: readonly DemoValue[]): DemoRow {
  const of = (network: DemoValue['network'], finding: DemoValue['finding']) =>
    values.filter((v) => v.network === network && v.finding === finding)
  const noduleHonest = of('honest', 'nodule')
  const noduleCheating = of('cheating', 'nodule')
  const markerHonest = of('honest', 'marker')
  const markerCheating = of('cheating', 'marker')
  const markerOverNodule = signCount(markerCheating, noduleCheating)
  const cheatingOverHonest = signCount(markerCheating, markerHonest)
  const lifts = markerCheating.map(lift).filter((value) => value !== null)
  const meanLift = lifts.length === 0 ? 0 : lifts.reduce((sum, value) => sum + value, 0) / lifts.length
  const moved = cheatingOverHonest.p <= decision.p
  const exposes = moved && markerOverNodule.p <= decision.p && meanLift >= decision.aboveChance
  return {
    method,
    noduleHonest: meanOf(noduleHonest),
    noduleCheating: meanOf(noduleCheating),
    markerHonest: meanOf(markerHonest),
    markerCheating: meanOf(markerCheating),
    markerOverNodule,
    cheatingOverHonest,
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

const words: Readonly<Record<Verdict, string>> = {
  exposes: 'exposes the cheat',
  hints: 'hints at it',
  silent: 'silent',
}

/** The table as monospaced text, with the levels of chance above and the rule of the verdict below. */
export function printTable(rows: readonly DemoRow[]): string {
  const number = (mean: DemoMean) => (mean.mean === null ? '–' : mean.mean.toFixed(3))
  const count = (sign: SignCount) => `${sign.wins}/${sign.wins + sign.losses}`
  const header = [
    'method',
    'nodule AP honest',
    'nodule AP cheating',
    'marker AP honest',
    'marker AP cheating',
    'marker > nodule',
    'cheating > honest',
    'verdict',
  ]
  const lines = rows.map((r) => [
    r.method,
    number(r.noduleHonest),
    number(r.noduleCheating),
    number(r.markerHonest),
    number(r.markerCheating),
    count(r.markerOverNodule),
    count(r.cheatingOverHonest),
    words[r.verdict],
  ])
  const chance = (pick: (r: DemoRow) => DemoMean) =>
    rows.map((r) => pick(r).chance).find((value) => value !== null) ?? null
  const level = (value: number | null) => (value === null ? '–' : value.toFixed(3))
  const chanceRow = [
    '(chance)',
    level(chance((r) => r.noduleHonest)),
    level(chance((r) => r.noduleCheating)),
    level(chance((r) => r.markerHonest)),
    level(chance((r) => r.markerCheating)),
    '',
    '',
    '',
  ]
  const all = [header, chanceRow, ...lines]
  const widths = header.map((_, column) => Math.max(...all.map((cells) => cells[column].length)))
  const text = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 || column === cells.length - 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd()
  const cases = Math.max(0, ...rows.map((r) => r.markerCheating.cases))
  return [
    text(header),
    widths.map((width) => '─'.repeat(width)).join('──'),
    ...all.slice(1).map(text),
    '',
    `Average precision in the image's geometry, means over ${cases} films with a marker and ${Math.max(0, ...rows.map((r) => r.noduleHonest.cases))} with a nodule.`,
    `"exposes the cheat": on the cheating network the marker outranks the nodule, it ranks higher than on the honest network (exact sign tests, p ≤ ${decision.p}),`,
    `and its precision lies at least ${decision.aboveChance * 100} % of the way from chance to 1. "hints at it": the second alone. Precisions are compared as (AP − chance)/(1 − chance).`,
  ].join('\n')
}
