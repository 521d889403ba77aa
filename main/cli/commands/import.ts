import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { ScanReport } from '../../shared/domain/import.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Call } from '../command.ts'
import { CommandWorkstation } from '../workstation.ts'

const SPLITS = ['', 'train', 'tune', 'test']

/** `saliscope import`: scan, then import everything that can be read; what was skipped is told with its reason. */
export async function run(call: Call): Promise<number> {
  const [project, ...sources] = call.operands.map((operand) => path.resolve(operand))
  const split = call.text('split') ?? ''
  if (!SPLITS.includes(split))
    throw new SaliscopeError('cli.usage', `--split takes train, tune or test, not "${split}".`)
  for (const source of sources)
    if (!existsSync(source))
      throw new SaliscopeError('cli.file', `"${source}" is not there. Nothing was imported; check the path.`)
  const dry = call.has('dry-run')
  const desk = new CommandWorkstation(call)
  const scratch = dry && !existsSync(project) ? await mkdtemp(path.join(os.tmpdir(), 'saliscope-dry-run-')) : null
  try {
    // A look needs a project to look from: the one named, or one that is gone afterwards.
    const file = scratch === null ? project : path.join(scratch, 'dry-run.saliscope')
    if (existsSync(file)) await desk.request('POST', '/api/projects/open', { source: file })
    else await desk.request('POST', '/api/projects', { target: file, name: path.basename(file, '.saliscope') })
    const scan = await desk.job('/api/import/scans', { sources })
    const report = await desk.request<ScanReport>('GET', `/api/import/scans/${String(scan.result?.['scanId'])}`)
    const keys = report.series
      .filter((series) => !series.alreadyHere && !series.findings.some((finding) => finding.outcome === 'refused'))
      .map((series) => series.key)
    const job =
      dry || keys.length === 0
        ? null
        : await desk.job(`/api/import/scans/${report.id}/accept`, {
            keys,
            deidentify: !call.has('keep-identifiers'),
            group: call.text('group') ?? '',
            split,
          })
    print(call, report, keys.length, job)
    if (report.series.length > 0) return job !== null && job.failures.length > 0 ? 1 : 0
    call.io.err('saliscope: Nothing that can be imported was found; the reasons stand beside the skipped files.')
    return 1
  } finally {
    await desk.close()
    if (scratch !== null) await rm(scratch, { recursive: true, force: true })
  }
}

function print(
  call: Call,
  report: ScanReport,
  chosen: number,
  job: { failures: readonly { item: string; message: string }[]; result: unknown } | null,
): void {
  const already = report.series.filter((series) => series.alreadyHere).length
  const skipped = report.skipped.reduce((sum, group) => sum + group.count, 0)
  if (call.has('json')) {
    const series = report.series.map(({ thumbnail: _, files, ...rest }) => ({ ...rest, files: files.length }))
    call.io.out(
      JSON.stringify({
        files: report.fileCount,
        series,
        skipped: report.skipped,
        imported: job === null ? 0 : chosen - job.failures.length,
        failures: job?.failures ?? [],
        result: job?.result ?? null,
      }),
    )
    return
  }
  for (const series of report.series) {
    call.io.out(
      `${series.patientLabel}  ${series.modality}  ${series.description || '(no description)'}  ${series.dims.join(' × ')}  ${series.files.length} files${series.alreadyHere ? '  already here' : ''}`,
    )
    for (const finding of series.findings) call.io.out(`    ${finding.outcome}: ${finding.message}`)
  }
  for (const group of report.skipped) call.io.out(`skipped ${group.count}: ${group.reason}`)
  for (const failure of job?.failures ?? []) call.io.err(`${failure.item}: ${failure.message}`)
  const done = job === null ? `${chosen} series could be imported` : `${chosen - job.failures.length} series imported`
  call.io.out(`${done}, ${already} already here, ${skipped} of ${report.fileCount} files skipped`)
}
