import type { Job } from '../../shared/domain/job.ts'
import type { Run } from '../../shared/run.ts'
import { Client, type Handler } from './client.ts'
import { measureFilms, readValues } from './measure.ts'
import { ensureNetworks } from './networks.ts'
import {
  type ChosenMethod,
  comparedNetworks,
  controlMethods,
  type DemoNetwork,
  demoCases,
  filmMethods,
  leastFilms,
  scanMethods,
} from './plan.ts'
import { printTable, summary } from './print-table.ts'
import { ensureStudies } from './studies.ts'
import { type DemoRow, demoTable } from './table.ts'

export interface DemoParts {
  /** The workstation, with the demo's project open and writable. */
  readonly handler: Handler
  /** An empty or half-filled folder for the DICOM files, which the workstation may read. */
  readonly workFolder: string
  /** resources/demo/models. */
  readonly modelFolder: string
  /** How many films; at least 24. */
  readonly films?: number
  readonly run: Run
}

export interface DemoResult {
  readonly rows: readonly DemoRow[]
  /** What the rows say, in one sentence. */
  readonly summary: string
  /** The table as text. */
  readonly text: string
  readonly studies: number
  readonly maps: number
  /** Maps that were there before this run. */
  readonly cachedMaps: number
  /** Maps that could not be made, one sentence each. */
  readonly failures: readonly string[]
}

/**
 * Builds the demo: phantoms with known truth, honest networks and one that learnt the side marker, every method on both, measured against
 * nodules and markers. All of it through the workstation's routes; a second run finds everything and only prints the table again.
 */
export async function runDemo({
  handler,
  workFolder,
  modelFolder,
  films: filmCount = leastFilms,
  run,
}: DemoParts): Promise<DemoResult> {
  const client = new Client(handler, run)
  const studies = await ensureStudies(client, workFolder, demoCases(Math.max(leastFilms, filmCount)), run)
  const networks = await ensureNetworks(client, modelFolder, run)
  const films = studies.filter(({ code }) => code.startsWith('XR'))
  const scans = studies.filter(({ code }) => code.startsWith('CT'))
  const references = { volumeIds: studies.filter(({ code }) => code.startsWith('TR')).map(({ volumeId }) => volumeId) }
  const made = new Set<string>()
  let cachedMaps = 0
  const failures: string[] = []
  const compute = async (
    network: DemoNetwork,
    volumeIds: readonly string[],
    methods: readonly ChosenMethod[],
    more: { readonly references?: { readonly volumeIds: readonly string[] } } = {},
  ) => {
    const body = { volumeIds, modelId: networks.get(network), target: 0, output: 'logit', methods, seed: 0, ...more }
    const job = await client.job('/api/maps/compute', body, (now) => told(run, network, now))
    for (const key of (job.result?.['mapKeys'] ?? []) as string[]) made.add(key)
    cachedMaps += Number(job.result?.['cached'] ?? 0)
    failures.push(...job.failures.map(({ item, message }) => `${network}, ${item}: ${message}`))
  }
  const filmIds = films.map(({ volumeId }) => volumeId)
  for (const network of Object.values(comparedNetworks)) await compute(network, filmIds, filmMethods(), { references })
  await compute(
    'cnn3d',
    scans.map(({ volumeId }) => volumeId),
    scanMethods,
  )
  await measureFilms(client, films, networks, made, run)
  const { values, points } = await readValues(client, films, networks, made)
  const rows = demoTable(values, points, controlMethods())
  return {
    rows,
    summary: summary(rows),
    text: printTable(rows),
    studies: studies.length,
    maps: made.size,
    cachedMaps,
    failures,
  }
}

function told(run: Run, network: DemoNetwork, job: Job): void {
  if (job.total !== null)
    run.progress(job.done, job.total, `Maps of ${network}${job.stage === '' ? '' : `: ${job.stage}`}`)
}
