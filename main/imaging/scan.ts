import { createHash } from 'node:crypto'
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
import type { ReaderAnswer, SingleFileSeries } from './scan-types.ts'

const headBytes = 4096

interface LeftFile {
  readonly path: string
  readonly code: string
  readonly reason: string
}

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
  const instances = await withoutTwins(found)
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

/** Two files with one SOP Instance UID: identical bytes are counted once; different ones are both kept, and that is asked about (D33). */
async function withoutTwins(found: Findings): Promise<DicomInstance[]> {
  const byUid = new Map<string, DicomInstance[]>()
  for (const instance of found.instances) {
    const key = instance.sopInstance || instance.file
    byUid.set(key, [...(byUid.get(key) ?? []), instance])
  }
  const kept: DicomInstance[] = []
  for (const twins of byUid.values()) {
    if (twins.length === 1) {
      kept.push(twins[0])
      continue
    }
    const seen = new Map<string, DicomInstance>()
    for (const twin of twins) {
      const hash = await hashOf(twin.file)
      if (seen.has(hash))
        found.left.push({ path: twin.file, code: 'D33', reason: 'The same file lies there twice; it was counted once' })
      else seen.set(hash, twin)
    }
    const message = `${seen.size} different files carry one identifier; all were kept.`
    for (const twin of seen.values())
      kept.push(
        seen.size > 1 ? { ...twin, findings: [...twin.findings, { code: 'D33', outcome: 'asked', message }] } : twin,
      )
  }
  return kept
}

async function hashOf(filePath: string): Promise<string> {
  const source = await openSource(filePath)
  const hash = createHash('sha256')
  for (let at = 0; at < source.size; at += 1 << 24)
    hash.update(await source.read(at, Math.min(1 << 24, source.size - at)))
  return hash.digest('hex')
}

interface Described extends MaskCandidate {
  readonly series: ScannedSeries
  readonly reference: string | null
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
    })
    run.progress(n + 1, stacks.length, 'Looking at series')
  }
  for (const { series, grid } of found.single)
    out.push({ key: series.key, path: series.files[0], grid, series, reference: null })
  return out
}

/** Names the image of every mask; segmentation objects are matched by their frame of reference, all others by grid. */
function matchMasks(all: readonly Described[]): ScannedSeries[] {
  const images = all.filter(({ series }) => !series.isMask)
  return all.map(({ series, ...candidate }) => {
    if (!series.isMask) return series
    const sameSpace = candidate.reference ? images.filter((image) => image.reference === candidate.reference) : []
    const maskOf =
      sameSpace.length === 1 ? sameSpace[0].key : imageOfMask(candidate, sameSpace.length > 1 ? sameSpace : images)
    const message = 'No image of the scan has the grid of this mask; choose the image it belongs to.'
    return maskOf
      ? { ...series, maskOf }
      : { ...series, findings: [...series.findings, { code: 'N17', outcome: 'asked' as const, message }] }
  })
}

/** Reasons without the file's name in front, so that equal reasons come together. */
function group(left: readonly LeftFile[]): ScanReport['skipped'] {
  const groups = new Map<string, { reason: string; code: string; count: number; examples: string[] }>()
  for (const { path, code, reason } of left) {
    const name = path.split(/[/\\]/).at(-1) ?? path
    const plain = reason.replaceAll(name, 'the file').replace(/^the file/, 'The file')
    const key = `${code}\0${plain}`
    const entry = groups.get(key) ?? { reason: plain, code, count: 0, examples: [] }
    entry.count++
    if (entry.examples.length < 5) entry.examples.push(path)
    groups.set(key, entry)
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}
