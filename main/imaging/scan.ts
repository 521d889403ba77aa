import type { ScannedSeries, ScanReport } from '../shared/domain/import.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import type { DicomInstance } from './dicom/instance.ts'
import { describeStack, stacksOf } from './dicom-series.ts'
import { sniff } from './file-kind.ts'
import { openSource, type SourceBytes } from './files/source.ts'
import { walkRoots } from './files/walk-folder.ts'
import { imageOfMask, type MaskCandidate } from './masks.ts'
import { readers } from './readers.ts'
import type { LeftFile, ReaderAnswer, SingleFileSeries } from './scan-types.ts'
import { withoutTwins } from './twins.ts'

const headBytes = 4096

/** What has been found so far. */
class Findings {
  readonly instances: DicomInstance[] = []
  readonly single: SingleFileSeries[] = []
  readonly left: LeftFile[] = []
  files = 0
}

/**
 * Dry scan of folders, files and archives: which studies and series there are, what is doubtful about them, and which files are left out
 * and why. Nothing is written and nothing outside the roots is read; a bad file costs only itself.
 *
 * errors  Z6 more files than the limits allow · the signal's reason when cancelled
 */
export async function scanRoots(id: string, roots: readonly string[], run: Run): Promise<ScanReport> {
  const walk = await walkRoots(roots, run)
  const found = new Findings()
  found.left.push(...walk.skipped)
  let done = 0
  for (const file of walk.files) {
    run.signal.throwIfAborted()
    await scanFile(file.path, found, run)
    run.progress(++done, walk.files.length, 'Reading headers')
  }
  const { kept: instances, left } = await withoutTwins(found.instances)
  found.left.push(...left)
  const series = await describeAll(instances, found, run)
  return { id, roots: [...roots], fileCount: found.files, series: matchMasks(series), skipped: group(found.left) }
}

async function scanFile(filePath: string, found: Findings, run: Run): Promise<void> {
  found.files++
  try {
    await scanSource(await openSource(filePath), found, run)
  } catch (error) {
    leave(filePath, error, found)
  }
}

async function scanSource(source: SourceBytes, found: Findings, run: Run): Promise<void> {
  const head = await source.read(0, Math.min(headBytes, source.size))
  const candidate = { source, head, kind: sniff(head) }
  for (const reader of readers) {
    const answer = await reader(candidate)
    if (answer.kind === 'skip') continue
    await take(source, answer, found, run)
    return
  }
  throw new Error(`No reader answered for ${source.name}.`)
}

async function take(source: SourceBytes, answer: ReaderAnswer, found: Findings, run: Run): Promise<void> {
  if (answer.kind === 'dicom') found.instances.push(answer.instance)
  if (answer.kind === 'series') found.single.push(...answer.series)
  if (answer.kind === 'left') found.left.push({ path: source.path, code: answer.code, reason: answer.reason })
  if (answer.kind !== 'more') return
  found.left.push(...answer.left)
  for (const candidate of answer.candidates) {
    run.signal.throwIfAborted()
    found.files++
    try {
      await scanSource(candidate, found, run)
    } catch (error) {
      leave(candidate.path, error, found)
    }
  }
}

/** A file's own failure becomes a line of the report; cancelling and faults of the program do not. */
function leave(filePath: string, error: unknown, found: Findings): void {
  if (error instanceof Error && error.name === 'AbortError') throw error
  if (error instanceof SaliscopeError) {
    if (error.code === 'cancelled') throw error
    found.left.push({ path: filePath, code: error.code, reason: error.message })
    return
  }
  found.left.push({
    path: filePath,
    code: 'internal',
    reason: `The file could not be read: ${error instanceof Error ? error.message : String(error)}`,
  })
}

interface Described extends MaskCandidate {
  readonly series: ScannedSeries
  /** Frame of reference. */
  readonly reference: string | null
  /** DICOM series it is, and the one a segmentation says it was drawn on. */
  readonly seriesUid: string | null
  readonly drawnOn: string | null
}

async function describeAll(instances: readonly DicomInstance[], found: Findings, run: Run): Promise<Described[]> {
  const out: Described[] = []
  const stacks = stacksOf(instances)
  for (const [n, stack] of stacks.entries()) {
    run.signal.throwIfAborted()
    const series = await describeStack(stack)
    out.push({
      key: series.key,
      path: series.files[0],
      grid: stack.stack.grid,
      series,
      reference: stack.instance.frameOfReference,
      seriesUid: stack.instance.series || null,
      drawnOn: stack.instance.referencedSeries,
    })
    run.progress(n + 1, stacks.length, 'Looking at series')
  }
  for (const { series, grid } of found.single)
    out.push({ key: series.key, path: series.files[0], grid, series, reference: null, seriesUid: null, drawnOn: null })
  return out
}

/**
 * Names the image of every mask. A segmentation object belongs to the series it names, or to the only image of its frame of reference;
 * all other masks are matched by grid.
 */
function matchMasks(all: readonly Described[]): ScannedSeries[] {
  const images = all.filter(({ series }) => !series.isMask)
  return all.map(({ series, ...candidate }) => {
    if (!series.isMask) return series
    const named = images.filter((image) => candidate.drawnOn !== null && image.seriesUid === candidate.drawnOn)
    const sameSpace = images.filter((image) => candidate.reference !== null && image.reference === candidate.reference)
    const close = named.length > 0 ? named : sameSpace
    const maskOf = close.length === 1 ? close[0].key : imageOfMask(candidate, close.length > 1 ? close : images)
    if (maskOf) return { ...series, maskOf }
    const message =
      'No image of the scan, or more than one, has the grid of this mask. Import its image, then add the mask there.'
    return { ...series, findings: [...series.findings, { code: 'N17', outcome: 'asked' as const, message }] }
  })
}

/** Reasons without the file's name in front, so that equal reasons come together. */
function group(left: readonly LeftFile[]): ScanReport['skipped'] {
  const groups = new Map<string, { reason: string; code: string; count: number; examples: string[] }>()
  for (const { path, code, reason } of left) {
    const name = path.split(/[/\\]/).at(-1) ?? path
    const plain = reason.startsWith(name) ? `The file${reason.slice(name.length)}` : reason
    const key = `${code}\0${plain}`
    const entry = groups.get(key) ?? { reason: plain, code, count: 0, examples: [] }
    entry.count++
    if (entry.examples.length < 5) entry.examples.push(path)
    groups.set(key, entry)
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}
