import { createHash } from 'node:crypto'
import type { Finding } from '../shared/domain/finding.ts'
import type { ScannedSeries } from '../shared/domain/import.ts'
import { column, length } from '../shared/geometry/affine.ts'
import { axisLetters } from '../shared/geometry/orientation.ts'
import type { DicomInstance } from './dicom/instance.ts'
import type { StoredArray } from './dicom/pixels.ts'
import { readSlice } from './dicom/read-stack.ts'
import { segmentationStack } from './dicom/segmentation.ts'
import { buildStacks, type DicomStack } from './dicom/stack.ts'
import { uniqueFindings } from './scan-types.ts'
import { thumbnail } from './thumbnail.ts'

/** One stack of a DICOM series with the key it is known by. The same files always give the same stacks and keys. */
export interface DicomSeriesStack {
  readonly key: string
  readonly stack: DicomStack
  readonly instance: DicomInstance
}

/** Stacks of all instances, series by series, in order of study, series number and key. */
export function stacksOf(instances: readonly DicomInstance[]): DicomSeriesStack[] {
  const series = new Map<string, DicomInstance[]>()
  for (const instance of instances) {
    const key = `${instance.study}\0${instance.series || instance.file}`
    const list = series.get(key) ?? []
    list.push(instance)
    series.set(key, list)
  }
  return [...series].flatMap(([seriesKey, list]) =>
    seriesStacks(list).map((stack) => {
      const instance = (stack.frames.find((frame) => frame !== null) as { instance: DicomInstance }).instance
      return {
        key: createHash('sha256').update(`${seriesKey}\0${stack.key}`).digest('hex').slice(0, 24),
        stack,
        instance,
      }
    }),
  )
}

/** Each segmentation object is a mask of its own; the pictures of the series are stacked together. */
function seriesStacks(instances: readonly DicomInstance[]): DicomStack[] {
  const pictures = instances.filter((instance) => !instance.segmentation)
  const masks = instances.filter((instance) => instance.segmentation)
  const maskStacks = masks.flatMap((instance) => {
    const stack = segmentationStack(instance)
    return stack ? [{ ...stack, key: `segmentation ${instance.sopInstance || instance.file}` }] : []
  })
  return [...(pictures.length > 0 ? buildStacks(pictures) : []), ...maskStacks]
}

/** A stack as the scan lists it; a thumbnail that cannot be decoded is a finding, not a failure of the series. */
export async function describeStack({ key, stack, instance }: DicomSeriesStack): Promise<ScannedSeries> {
  const { grid } = stack
  const picture = await stackThumbnail(stack, instance)
  const burnedIn: Finding[] = instance.burnedIn
    ? [
        {
          code: 'D41',
          outcome: 'warned',
          message: 'The picture may hold text with a name; look at it before it leaves the machine.',
        },
      ]
    : []
  const files = [...new Set(stack.frames.flatMap((frame) => (frame ? [frame.instance.file] : [])))]
  return {
    key,
    patientLabel: instance.patientName.replaceAll('^', ' ').trim() || instance.patientId,
    studyKey: instance.study || `file:${instance.file}`,
    studyLabel: instance.studyDescription,
    studyDate: instance.studyDate,
    modality: instance.segmentation ? 'SEG' : instance.modality,
    description: instance.seriesDescription,
    source: 'dicom',
    files,
    dims: [...grid.dims],
    spacingMm: grid.physical ? [0, 1, 2].map((axis) => length(column(grid.affine, axis))) : null,
    orientation: grid.oriented ? axisLetters(grid.affine) : '',
    bytes: stack.frames.reduce((sum, frame) => sum + (frame?.instance.header.frameBytes ?? 0), 0),
    isMask: instance.segmentation,
    maskOf: null,
    alreadyHere: false,
    findings: uniqueFindings([...stack.findings, ...burnedIn, ...picture.findings]),
    thumbnail: picture.url,
  }
}

async function stackThumbnail(
  stack: DicomStack,
  instance: DicomInstance,
): Promise<{ url: string | null; findings: Finding[] }> {
  const present = stack.frames.filter((frame) => frame !== null)
  const item = present[Math.floor(present.length / 2)]
  try {
    const { values, channels } = await readSlice(item)
    const [width, height] = stack.grid.dims
    const aspect = length(column(stack.grid.affine, 1)) / length(column(stack.grid.affine, 0))
    const url = thumbnail({
      values: (values as StoredArray).subarray(0, width * height * channels),
      width,
      height,
      channels,
      slope: channels === 3 ? 1 : item.frame.slope,
      intercept: channels === 3 ? 0 : item.frame.intercept,
      window: instance.segmentation ? null : (item.frame.windows[0] ?? null),
      inverted: instance.header.photometric === 'MONOCHROME1',
      padding: instance.padding,
      aspect,
      labels: instance.segmentation,
    })
    return { url, findings: [] }
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The pixels cannot be decoded.'
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'D24'
    return { url: null, findings: [{ code, outcome: 'refused', message }] }
  }
}
