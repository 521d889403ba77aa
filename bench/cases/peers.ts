import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { BenchCase, Figure } from '../bench-case.ts'

const root = path.resolve(import.meta.dirname, '../..')
const program = `${process.execPath} ${path.join(root, 'bin/saliscope')}`

/** How many times faster than the peer a case is meant to be, by how its id begins; null where nothing was promised. */
const GOALS: readonly (readonly [string, number])[] = [
  ['gradient', 1.5],
  ['integrated-gradients', 1.5],
  ['smoothgrad', 1.5],
  ['guided-backpropagation', 1.5],
  ['deeplift', 1.5],
  ['lrp', 1.5],
  ['grad-cam', 2],
  ['score-cam', 2],
  ['xrai', 10],
]

/**
 * The cases of the reference folder's benchmark: each peer's median, then ours, one after the other, so that both meet the same
 * machine. Needs the reference folder, the models, and a Python with the peers (SALISCOPE_BENCH_PYTHON).
 */
export const peers: BenchCase = {
  id: 'peers',
  title: 'Peers: times as long as Saliscope',
  async measure({ models, scratch }) {
    const bench = path.join(path.resolve(root, process.env['SALISCOPE_REFERENCE'] ?? '../shared'), 'bench')
    const python = process.env['SALISCOPE_BENCH_PYTHON'] ?? ''
    const lacking = [
      ...(existsSync(path.join(bench, 'cases.json')) ? [] : ['no reference folder']),
      ...(models === null ? ['no models'] : []),
      ...(existsSync(python) ? [] : ['no SALISCOPE_BENCH_PYTHON']),
    ]
    if (lacking.length > 0 || models === null)
      return [{ what: 'all cases', value: lacking.join(', '), goal: '', met: null }]
    const cases: readonly { readonly id: string }[] = JSON.parse(readFileSync(path.join(bench, 'cases.json'), 'utf8'))
    const only = new RegExp(process.env['SALISCOPE_BENCH_CASES'] ?? '.')
    return cases.filter(({ id }) => only.test(id)).flatMap(({ id }) => pair(id, { bench, python, models, scratch }))
  },
}

interface Tools {
  readonly bench: string
  readonly python: string
  readonly models: string
  readonly scratch: string
}

function pair(id: string, { bench, python, models, scratch }: Tools): Figure[] {
  const only = ['--only', `^${id}$`]
  const options = { encoding: 'utf8', maxBuffer: 2 ** 26 } as const
  const theirs = spawnSync(python, [path.join(bench, 'peers.py'), models, ...only], options)
  if (theirs.status !== 0) return [{ what: id, value: lastLine(theirs.stderr), goal: '', met: null }]
  const file = path.join(scratch, 'peers.jsonl')
  writeFileSync(file, theirs.stdout)
  const words = [path.join(bench, 'compare.mjs'), models, file, '--command', program, ...only]
  const ours = spawnSync(process.execPath, words, options)
  if (ours.status !== 0) return [{ what: id, value: lastLine(ours.stderr), goal: '', met: null }]
  return ours.stdout
    .trim()
    .split('\n')
    .map((line) => figureOf(line))
}

/** A line of compare.mjs: case, peer, their seconds, our seconds, ratio. */
function figureOf(line: string): Figure {
  const [id, peer, theirs, ours, ratio] = line.split(/ {2,}/).map((word) => word.trim())
  const value = Number.parseFloat(ratio)
  if (Number.isNaN(value)) return { what: `${id}, ${peer}`, value: ratio, goal: '', met: null }
  const goal = GOALS.find(([start]) => id.startsWith(start))?.[1]
  return {
    what: `${id}, ${peer}`,
    value: `${value.toFixed(2)}× (${theirs} to ${ours})`,
    goal: goal === undefined ? '' : `≥ ${goal}×`,
    met: goal === undefined ? null : value >= goal,
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
