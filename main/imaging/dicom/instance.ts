import type { Finding } from '../../shared/domain/finding.ts'
import type { Window } from '../../shared/domain/study.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import type { Vector3 } from '../../shared/geometry/affine.ts'
import { safeText } from './character-sets.ts'
import type { DataSet } from './data-set.ts'
import { tags } from './dictionary.ts'
import { readFrames } from './functional-groups.ts'
import { hasPixels, type ImageHeader, readImageHeader, warnAboutPixels } from './image-header.ts'
import type { OpenedDicom } from './open.ts'

/** Where and how one frame lies, and how its values are meant. */
export interface DicomFrame {
  readonly index: number
  /** Centre of the first pixel, LPS mm. */
  readonly position: Vector3 | null
  /** Direction of a row (to the right) and of a column (downwards), unit vectors. */
  readonly row: Vector3 | null
  readonly column: Vector3 | null
  /** Distance between rows, distance between columns, mm. */
  readonly spacing: readonly [number, number] | null
  readonly thickness: number | null
  readonly slope: number
  readonly intercept: number
  readonly windows: readonly Window[]
  /** What separates stacks of one series: echo, b-value, stack. */
  readonly splitKey: string
  /** What separates repeated positions: time, trigger, acquisition. */
  readonly repeatKeys: readonly string[]
}

/** What a scan keeps of one DICOM file. */
export interface DicomInstance {
  readonly file: string
  readonly bytes: number
  readonly sopClass: string
  readonly sopInstance: string
  readonly study: string
  readonly series: string
  readonly patientId: string
  readonly patientName: string
  readonly studyDate: string | null
  readonly studyDescription: string
  readonly seriesDescription: string
  readonly seriesNumber: number | null
  readonly instanceNumber: number | null
  readonly modality: string
  readonly frameOfReference: string | null
  readonly header: ImageHeader
  readonly frames: readonly DicomFrame[]
  /** Millimetres on the detector, not in the patient. */
  readonly detectorSpacing: boolean
  readonly unit: string
  /** Stored values that mean "no value": first and last, inclusive. */
  readonly padding: readonly [number, number] | null
  readonly burnedIn: boolean
  readonly segmentation: boolean
  /** Series a segmentation says it was drawn on. */
  readonly referencedSeries: string | null
  readonly findings: readonly Finding[]
}

const segmentationClasses = new Set(['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'])

/**
 * Reads what an import needs to know of a DICOM picture, without its pixels.
 *
 * errors  D40 the object holds no picture; those of `readImageHeader`
 */
export function readInstance(opened: OpenedDicom, file: string, bytes: number): DicomInstance {
  const { dataSet } = opened
  if (!hasPixels(opened)) throw noPicture(opened)
  const header = readImageHeader(opened)
  checkExtent(opened, header)
  const findings = [...opened.findings, ...warnAboutPixels(opened, header)]
  const text = (tag: number): string => safeText(dataSet.text(tag) ?? '')
  const modality = text(tags.Modality) || 'OT'
  const geometry = readFrames(dataSet, header, modality, findings)
  const date = dataSet.text(tags.StudyDate)
  return {
    file,
    bytes,
    sopClass: text(tags.SOPClassUID),
    sopInstance: text(tags.SOPInstanceUID),
    study: text(tags.StudyInstanceUID),
    series: text(tags.SeriesInstanceUID),
    patientId: text(tags.PatientID),
    patientName: text(tags.PatientName),
    studyDate: date && /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : null,
    studyDescription: text(tags.StudyDescription),
    seriesDescription: text(tags.SeriesDescription),
    seriesNumber: finite(dataSet.number(tags.SeriesNumber)),
    instanceNumber: finite(dataSet.number(tags.InstanceNumber)),
    modality,
    frameOfReference: dataSet.text(tags.FrameOfReferenceUID),
    header,
    ...geometry,
    unit: unitOf(dataSet, modality),
    padding: readPadding(dataSet, header.signed),
    burnedIn: mayShowText(dataSet, modality),
    segmentation: segmentationClasses.has(text(tags.SOPClassUID)),
    referencedSeries: dataSet.items(tags.ReferencedSeriesSequence)[0]?.text(tags.SeriesInstanceUID) ?? null,
    findings,
  }
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}

function noPicture({ dataSet, name }: OpenedDicom): SaliscopeError {
  if (dataSet.has(tags.Rows) && dataSet.has(tags.Columns)) {
    return new SaliscopeError(
      'D40',
      `${name} describes a picture but holds no pixels and was left out of analysis; export it again with them.`,
    )
  }
  const modality = safeText(dataSet.text(tags.Modality) ?? '', 16)
  return new SaliscopeError(
    'D40',
    `${name} holds no picture${modality ? ` (${modality})` : ''} and was left out of analysis.`,
  )
}

/** A native pixel element must hold what the header states, whether or not its bytes are at hand; more than that is said. */
function checkExtent({ dataSet, name, syntax, findings }: OpenedDicom, header: ImageHeader): void {
  const element =
    dataSet.elements.get(tags.PixelData) ??
    dataSet.elements.get(tags.FloatPixelData) ??
    dataSet.elements.get(tags.DoubleFloatPixelData)
  if (!element || element.length < 0 || syntax.codec !== 'native') return
  const present = element.end - element.start
  if (element.length > present) {
    throw new SaliscopeError(
      'D5',
      `${name} is cut off: ${present} of ${element.length} bytes of its pixels are there. The file was left out; copy it again.`,
    )
  }
  const bits = header.bitsAllocated === 1
  const needed = bits
    ? Math.ceil((header.rows * header.columns * header.samples * header.frames) / 8)
    : header.frameBytes * header.frames
  if (present < needed) {
    throw new SaliscopeError(
      'D14',
      `${name} cannot be shown: its pixels need ${needed} bytes, but ${present} are there. The file was left out; export it again from its source.`,
    )
  }
  // One byte may have been added to make the length even (PS3.5 7.1.1).
  if (present > needed + 1) {
    const message = `${name}: its pixel data holds ${present - needed} bytes more than the picture has; they were ignored.`
    findings.push({ code: 'D14', outcome: 'warned', message })
  }
}

/** PixelPaddingValue and its range, read with the sign of the pixels. */
function readPadding(dataSet: DataSet, signed: boolean): [number, number] | null {
  const value = finite(dataSet.number(tags.PixelPaddingValue, signed))
  if (value === null) return null
  const limit = finite(dataSet.number(tags.PixelPaddingRangeLimit, signed)) ?? value
  return [Math.min(value, limit), Math.max(value, limit)]
}

function unitOf(dataSet: DataSet, modality: string): string {
  const stated = dataSet.text(tags.RescaleType)
  if (modality === 'CT') return stated && stated !== 'US' ? safeText(stated, 16) : 'HU'
  if (modality === 'RTDOSE') return dataSet.text(0x30040002) === 'RELATIVE' ? 'a.u.' : 'Gy'
  if (modality === 'PT') return safeText(dataSet.text(0x00541001) ?? 'a.u.', 16)
  return 'a.u.'
}

/** Kinds of picture that often carry text, unless the file says there is none. */
function mayShowText(dataSet: DataSet, modality: string): boolean {
  const stated = dataSet.text(tags.BurnedInAnnotation)
  if (stated) return stated !== 'NO'
  return ['SC', 'OT', 'US', 'XC', 'CR', 'DX', 'ES', 'GM'].includes(modality)
}
