import type { Finding } from '../../shared/domain/finding.ts'
import type { Grid } from '../../shared/domain/geometry.ts'
import { affineFromColumns, cross, dot, normalise, scale, type Vector3 } from '../../shared/geometry/affine.ts'
import type { DicomFrame, DicomInstance } from './instance.ts'
import { measureStack } from './stack-geometry.ts'

export interface StackedFrame {
  readonly instance: DicomInstance
  readonly frame: DicomFrame
}

/** Frames that make one image: a volume sorted along its normal, or a single picture. Null stands for a missing slice. */
export interface DicomStack {
  readonly key: string
  readonly frames: readonly (StackedFrame | null)[]
  readonly grid: Grid
  readonly findings: readonly Finding[]
}

/** Frames of one series that can lie in one volume, before sorting. */
interface Group {
  readonly key: string
  readonly frames: StackedFrame[]
}

/**
 * Splits the instances of one series into stacks and sorts each by position along its normal; instance numbers, slice
 * locations and file names play no part. Every split is stated.
 */
export function buildStacks(instances: readonly DicomInstance[]): DicomStack[] {
  const groups = groupFrames(instances).flatMap(splitRepeats)
  return groups.map(({ group, findings }) => {
    const split: Finding[] =
      groups.length > 1
        ? [
            {
              code: 'D31',
              outcome: 'warned',
              message: `The series holds ${groups.length} separate stacks; they were split by orientation, size, format or repetition.`,
            },
          ]
        : []
    const stack = isPlaced(group.frames) ? placedStack(group) : flatStack(group)
    const own = [
      ...new Map(
        group.frames.flatMap(({ instance }) => instance.findings).map((f) => [f.code + withoutName(f.message), f]),
      ).values(),
    ]
    return { ...stack, key: group.key, findings: merge([...split, ...findings, ...stack.findings, ...own]) }
  })
}

/** The same finding on many slices is said once. */
function merge(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [f.code + withoutName(f.message), f])).values()].slice(0, 40)
}

function withoutName(message: string): string {
  return message.replace(/^[^:]{1,255}: /, '')
}

function groupFrames(instances: readonly DicomInstance[]): Group[] {
  const groups = new Map<string, Group>()
  for (const instance of instances) {
    for (const frame of instance.frames) {
      const key = groupKey(instance, frame)
      const group = groups.get(key) ?? { key, frames: [] }
      group.frames.push({ instance, frame })
      groups.set(key, group)
    }
  }
  return [...groups.values()]
}

function groupKey(instance: DicomInstance, frame: DicomFrame): string {
  const { header } = instance
  const format = [
    header.rows,
    header.columns,
    header.samples,
    header.photometric,
    header.bitsAllocated,
    header.signed,
    header.float,
  ].join(',')
  const rounded = (values: readonly number[] | null, digits: number): string =>
    values?.map((v) => (v + 0).toFixed(digits).replace(/^-(0\.?0*)$/, '$1')).join(',') ?? ''
  if (!frame.position || !frame.row || !frame.column) return `flat|${instance.sopInstance || instance.file}|${format}`
  return [
    'placed',
    rounded([...frame.row, ...frame.column], 2),
    rounded(frame.spacing, 3),
    format,
    frame.splitKey,
  ].join('|')
}

function isPlaced(frames: readonly StackedFrame[]): boolean {
  return frames.every(({ frame }) => frame.position && frame.row && frame.column)
}

/** Repeated positions are told apart by time, trigger or acquisition; what then still repeats is asked about. */
function splitRepeats(group: Group): { group: Group; findings: Finding[] }[] {
  if (!isPlaced(group.frames) || !hasRepeats(group.frames)) return [{ group, findings: [] }]
  for (let n = 0; n < 4; n++) {
    const parts = new Map<string, StackedFrame[]>()
    for (const item of group.frames) {
      const key = item.frame.repeatKeys[n]
      parts.set(key, [...(parts.get(key) ?? []), item])
    }
    if (parts.size > 1 && [...parts.values()].every((frames) => !hasRepeats(frames))) {
      return [...parts].map(([key, frames]) => ({ group: { key: `${group.key}|${n}:${key}`, frames }, findings: [] }))
    }
  }
  return splitByOrder(group)
}

/** The first, second, … occurrence of each position, in order of instance number and file. */
function splitByOrder(group: Group): { group: Group; findings: Finding[] }[] {
  const layers: StackedFrame[][] = []
  const counts = new Map<string, number>()
  for (const item of [...group.frames].sort(byNumber)) {
    const at = positionKey(item)
    const layer = counts.get(at) ?? 0
    counts.set(at, layer + 1)
    layers[layer] ??= []
    layers[layer].push(item)
  }
  const message = `${layers.length} slices lie at one position and nothing in the headers tells them apart; they were laid out in ${layers.length} stacks by instance number. Check which one is meant.`
  return layers.map((frames, n) => ({
    group: { key: `${group.key}|layer ${n}`, frames },
    findings: [{ code: 'D29', outcome: 'asked', message }],
  }))
}

function byNumber(a: StackedFrame, b: StackedFrame): number {
  return (
    (a.instance.instanceNumber ?? 0) - (b.instance.instanceNumber ?? 0) ||
    a.frame.index - b.frame.index ||
    (a.instance.file < b.instance.file ? -1 : 1)
  )
}

function positionKey({ frame }: StackedFrame): string {
  const normal = cross(frame.row as Vector3, frame.column as Vector3)
  return (dot(frame.position as Vector3, normal) + 0).toFixed(2)
}

function hasRepeats(frames: readonly StackedFrame[]): boolean {
  return new Set(frames.map(positionKey)).size < frames.length
}

function placedStack({ frames }: Group): { frames: (StackedFrame | null)[]; grid: Grid; findings: Finding[] } {
  const first = frames[0].frame
  const normal = normalise(cross(first.row as Vector3, first.column as Vector3))
  const along = ({ frame }: StackedFrame): number => dot(frame.position as Vector3, normal)
  const sorted = [...frames].sort((a, b) => along(a) - along(b))
  const measured = measureStack(
    sorted.map(({ frame }) => frame.position as Vector3),
    normal,
    first.thickness ?? 1,
  )
  const findings = [...measured.findings, ...numberFindings(sorted)]
  const laid: (StackedFrame | null)[] = new Array(measured.slices).fill(null)
  sorted.forEach((item, n) => {
    laid[measured.places[n]] = item
  })
  const { header } = sorted[0].instance
  const [betweenRows, betweenColumns] = first.spacing ?? [1, 1]
  const physical = first.spacing !== null
  const affine = affineFromColumns(
    scale(first.row as Vector3, betweenColumns),
    scale(first.column as Vector3, betweenRows),
    measured.step,
    sorted[0].frame.position as Vector3,
  )
  return {
    frames: laid,
    grid: { dims: [header.columns, header.rows, laid.length], affine: [...affine], physical, oriented: true },
    findings,
  }
}

/** Pictures without a place in the patient: their own pixels, frames one behind the other. */
function flatStack({ frames }: Group): { frames: StackedFrame[]; grid: Grid; findings: Finding[] } {
  const { header } = frames[0].instance
  const spacing = frames[0].frame.spacing
  const [rows, columns] = spacing ?? [1, 1]
  const findings: Finding[] = []
  if (frames.length > 1)
    findings.push({
      code: 'imaging.frames',
      outcome: 'warned',
      message: `${frames.length} frames without positions are shown one behind the other; they are not a volume.`,
    })
  const affine = affineFromColumns([columns, 0, 0], [0, rows, 0], [0, 0, 1], [0, 0, 0])
  return {
    frames,
    grid: {
      dims: [header.columns, header.rows, frames.length],
      affine: [...affine],
      physical: spacing !== null,
      oriented: false,
    },
    findings,
  }
}

/** Position decides the order; that the numbers say something else is stated (D32). */
function numberFindings(sorted: readonly StackedFrame[]): Finding[] {
  const instances = [...new Set(sorted.map(({ instance }) => instance))]
  if (instances.length < 2) return []
  const numbers = instances.map(({ instanceNumber }) => instanceNumber)
  const say = (what: string): Finding[] => [
    { code: 'D32', outcome: 'warned', message: `Slices were ordered by their positions; instance numbers ${what}.` },
  ]
  if (numbers.some((n) => n === null)) return say('are missing')
  const rises = numbers.every((n, at) => at === 0 || (n as number) > (numbers[at - 1] as number))
  if (rises) return []
  const falls = numbers.every((n, at) => at === 0 || (n as number) < (numbers[at - 1] as number))
  return say(falls ? 'run the other way' : 'do not follow them')
}
