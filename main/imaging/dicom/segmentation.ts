import type { Finding } from '../../shared/domain/finding.ts'
import type { Segment } from '../../shared/domain/mask.ts'
import { safeText } from './character-sets.ts'
import { prepareCodec } from './codecs/decode.ts'
import type { DataSet } from './data-set.ts'
import { tags } from './dictionary.ts'
import { locateFrames } from './frames.ts'
import type { DicomFrame, DicomInstance } from './instance.ts'
import { decodeFrame } from './pixels.ts'
import { openDicomSource } from './read-stack.ts'
import { buildStacks, type DicomStack } from './stack.ts'

const colours = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#999999']

/**
 * The slices of a segmentation object: each position once, whatever segments have frames there. Frame order plays no part.
 */
export function segmentationStack(instance: DicomInstance): DicomStack | null {
  const seen = new Set<string>()
  const frames: DicomFrame[] = []
  for (const frame of instance.frames) {
    const key = frame.position?.map((v) => v.toFixed(3)).join(',') ?? 'none'
    if (seen.has(key)) continue
    seen.add(key)
    frames.push({ ...frame, splitKey: '', repeatKeys: ['', '', '', ''] })
  }
  const stacks = buildStacks([{ ...instance, frames }])
  return stacks.length === 1 && frames[0].position ? stacks[0] : null
}

export interface Segmentation {
  /** Label volume on the stack's grid; 0 is background. */
  readonly labels: Uint8Array
  readonly segments: readonly Segment[]
  readonly findings: readonly Finding[]
  readonly sha256: string
  readonly bytes: number
}

/**
 * Reads a segmentation into one label volume on its own grid. Where segments overlap, the one with the higher number is kept, and the number
 * of such voxels is stated; fractional segments count from half of their maximum.
 */
export async function readSegmentation(instance: DicomInstance, stack: DicomStack): Promise<Segmentation> {
  const { source, opened, sha256 } = await openDicomSource(instance.file)
  await prepareCodec(opened.syntax.codec)
  const { dataSet } = opened
  const kind = dataSet.text(tags.SegmentationType) ?? 'BINARY'
  const threshold = kind === 'FRACTIONAL' ? (dataSet.number(tags.MaximumFractionalValue) ?? 255) / 2 : 0.5
  const reader = locateFrames(opened, instance.header)
  const perFrame = dataSet.items(tags.PerFrameFunctionalGroupsSequence)
  const [shared] = dataSet.items(tags.SharedFunctionalGroupsSequence)
  const [ni, nj, nk] = stack.grid.dims
  const labels = new Uint8Array(ni * nj * nk)
  const sliceOf = slicesByPosition(stack)
  let overlaps = 0
  const order = instance.frames
    .map((frame) => ({ frame, segment: segmentOf(perFrame[frame.index], shared) }))
    .sort((a, b) => a.segment - b.segment)
  for (const { frame, segment } of order) {
    const k = sliceOf.get(positionKey(frame))
    if (k === undefined) continue
    const stored = decodeFrame(opened, instance.header, reader(frame.index))
    const at = k * ni * nj
    for (let n = 0; n < ni * nj; n++) {
      const value = kind === 'LABELMAP' ? stored[n] : stored[n] > threshold ? segment : 0
      if (value === 0) continue
      if (labels[at + n] !== 0 && labels[at + n] !== value) overlaps++
      labels[at + n] = value
    }
  }
  return { labels, segments: readSegments(dataSet), findings: findingsOf(kind, overlaps), sha256, bytes: source.size }
}

function findingsOf(kind: string, overlaps: number): Finding[] {
  const findings: Finding[] = []
  if (kind === 'FRACTIONAL')
    findings.push({
      code: 'M2',
      outcome: 'warned',
      message: 'The mask holds probabilities; voxels above half of the maximum were taken.',
    })
  if (overlaps > 0)
    findings.push({
      code: 'M2',
      outcome: 'warned',
      message: `${overlaps} voxels belong to several segments; the one with the higher number was kept.`,
    })
  return findings
}

function positionKey(frame: DicomFrame): string {
  return frame.position?.map((v) => v.toFixed(3)).join(',') ?? 'none'
}

function slicesByPosition(stack: DicomStack): Map<string, number> {
  const map = new Map<string, number>()
  stack.frames.forEach((item, k) => {
    if (item) map.set(positionKey(item.frame), k)
  })
  return map
}

function segmentOf(own: DataSet | undefined, shared: DataSet | undefined): number {
  for (const place of [own, shared]) {
    const number = place?.items(tags.SegmentIdentificationSequence)[0]?.number(tags.ReferencedSegmentNumber)
    if (number && number >= 1 && number <= 255) return number
  }
  return 1
}

function readSegments(dataSet: DataSet): Segment[] {
  return dataSet.items(tags.SegmentSequence).flatMap((item, n) => {
    const value = item.number(tags.SegmentNumber) ?? n + 1
    if (!(value >= 1 && value <= 255)) return []
    const name = safeText(item.text(tags.SegmentLabel) ?? `Segment ${value}`, 64)
    return [
      {
        value,
        name,
        colour: colours[(value - 1) % colours.length],
        visible: true,
        locked: false,
        status: 'completed' as const,
        notes: '',
      },
    ]
  })
}
