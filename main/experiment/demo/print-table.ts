import { type DemoMean, type DemoRow, decision, pointingTolerance, type SignCount, type Verdict } from './table.ts'

const words: Readonly<Record<Verdict, string>> = {
  exposes: 'exposes the cheat',
  hints: 'hints at it',
  silent: 'silent',
}

const header = [
  'method',
  'nodule AP honest',
  'nodule AP cheating',
  'marker AP honest',
  'marker AP cheating',
  'marker > nodule',
  'cheating > honest',
  'points at marker',
  'verdict',
]

/** The table as monospaced text, with the levels of chance above, what it says in one sentence below, and the rule of the verdict. */
export function printTable(rows: readonly DemoRow[]): string {
  const lines = [header, chanceRow(rows), ...rows.map(cells)]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const text = (line: readonly string[]) =>
    line
      .map((cell, column) =>
        column === 0 || column === line.length - 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd()
  return [
    text(header),
    widths.map((width) => '─'.repeat(width)).join('──'),
    ...lines.slice(1).map(text),
    '',
    summary(rows),
    '',
    ...rule(rows),
  ].join('\n')
}

function cells(row: DemoRow): string[] {
  const { pointing } = row
  return [
    row.method,
    number(row.noduleHonest.mean),
    number(row.noduleCheating.mean),
    number(row.markerHonest.mean),
    number(row.markerCheating.mean),
    count(row.markerOverNodule),
    count(row.cheatingOverHonest),
    pointing.cases === 0 ? '–' : `${pointing.hits}/${pointing.cases}`,
    words[row.verdict],
  ]
}

function chanceRow(rows: readonly DemoRow[]): string[] {
  const level = (pick: (row: DemoRow) => DemoMean) =>
    number(rows.map((row) => pick(row).chance).find((value) => value !== null) ?? null)
  return [
    '(chance)',
    level((row) => row.noduleHonest),
    level((row) => row.noduleCheating),
    level((row) => row.markerHonest),
    level((row) => row.markerCheating),
    '',
    '',
    '',
    '',
  ]
}

const number = (value: number | null): string => (value === null ? '–' : value.toFixed(3))

/** Wins of all pairs that differ; a dash where no pair does. */
function count({ wins, losses }: SignCount): string {
  return wins + losses === 0 ? '–' : `${wins}/${wins + losses}`
}

/** What the table says: how many methods of those that ask the network expose the cheat, which do not, and what the controls show. */
export function summary(rows: readonly DemoRow[]): string {
  const methods = rows.filter(({ control }) => !control)
  const controls = rows.filter(({ control }) => control)
  const named = (list: readonly DemoRow[], verdict: Verdict) =>
    list.filter((row) => row.verdict === verdict).map(({ method }) => method)
  const parts = [`${named(methods, 'exposes').length} of ${methods.length} methods expose the cheat`]
  const [hinting, silent] = [named(methods, 'hints'), named(methods, 'silent')]
  if (hinting.length > 0) parts.push(`${hinting.join(', ')} only ${hinting.length === 1 ? 'hints' : 'hint'} at it`)
  if (silent.length > 0) parts.push(`${silent.join(', ')} ${silent.length === 1 ? 'says' : 'say'} nothing of it`)
  const loud = controls.filter(({ verdict }) => verdict !== 'silent').map(({ method }) => method)
  if (controls.length > 0)
    parts.push(
      loud.length === 0
        ? `the controls (${controls.length}), which ask no network, are silent as they must be`
        : `${loud.join(', ')} should be silent, since no network is asked, and is not: do not trust this table`,
    )
  return `${parts.join('; ')}.`
}

function rule(rows: readonly DemoRow[]): string[] {
  const most = (pick: (row: DemoRow) => DemoMean) => Math.max(0, ...rows.map((row) => pick(row).cases))
  return [
    `AP: average precision in the image's geometry, mean over ${most((row) => row.noduleHonest)} films with a nodule or ${most((row) => row.markerCheating)} with a marker. Controls are equal on both networks.`,
    `"exposes the cheat": on the cheating network the marker outranks the nodule, it ranks higher than on the honest network (exact sign tests,`,
    `p ≤ ${decision.p}), and the map singles it out: its highest point lies within ${pointingTolerance} pixels of it on at least half of the films, or its precision`,
    `lies at least ${decision.aboveChance * 100} % of the way from chance to 1. "hints at it": it ranks higher than on the honest network and above chance. Precisions are compared as (AP − chance)/(1 − chance).`,
    'Sampling methods run with few samples here, so their maps are noisier than in a study.',
  ]
}
