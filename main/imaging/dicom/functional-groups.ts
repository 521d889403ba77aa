import type { Finding } from '../../shared/domain/finding.ts'
import type { Window } from '../../shared/domain/study.ts'
import { cross, dot, length, normalise, scale, type Vector3 } from '../../shared/geometry/affine.ts'
import type { DataSet } from './data-set.ts'
import { tags } from './dictionary.ts'
import type { ImageHeader } from './image-header.ts'
import type { DicomFrame } from './instance.ts'

/** The three places an attribute of a frame may stand in: its own group, the shared group, the file. */
class FrameSource {
  private readonly places: readonly DataSet[]
  private readonly file: DataSet

  constructor(file: DataSet, shared: DataSet | undefined, own: DataSet | undefined) {
    this.file = file
    this.places = [own, shared].filter((place) => place !== undefined)
  }

  /** The data set that holds a macro's attribute: the macro's item, or the file itself. */
  within(sequence: number): DataSet {
    for (const place of this.places) {
      const [item] = place.items(sequence)
      if (item) return item
    }
    return this.file
  }
}

export interface FrameGeometry {
  readonly frames: readonly DicomFrame[]
  readonly detectorSpacing: boolean
}

/** Geometry and rescale of every frame, classic or enhanced; what is missing or wrong becomes a finding. */
export function readFrames(
  dataSet: DataSet,
  header: ImageHeader,
  modality: string,
  findings: Finding[],
): FrameGeometry {
  const [shared] = dataSet.items(tags.SharedFunctionalGroupsSequence)
  const own = dataSet.items(tags.PerFrameFunctionalGroupsSequence)
  const offsets = dataSet.numbers(tags.GridFrameOffsetVector)
  const said = new Set<string>()
  const say = (code: string, message: string): void => {
    if (said.has(code + message)) return
    said.add(code + message)
    findings.push({ code, outcome: 'warned', message })
  }
  const frames = Array.from({ length: header.frames }, (_, index) => {
    const source = new FrameSource(dataSet, shared, own[index])
    return readFrame(source, dataSet, index, modality, offsets, say)
  })
  const spaced = frames.some((frame) => frame.spacing !== null)
  if (spaced) return { frames, detectorSpacing: false }
  const detector =
    pair(dataSet.numbers(tags.ImagerPixelSpacing)) ?? pair(dataSet.numbers(tags.NominalScannedPixelSpacing))
  if (!detector) {
    say('D28', 'There is no pixel spacing: no millimetres are shown and measurements are in pixels.')
    return { frames, detectorSpacing: false }
  }
  say(
    'imaging.detector-spacing',
    'Millimetres are those on the detector; in the patient they are smaller by an unknown magnification.',
  )
  return { frames: frames.map((frame) => ({ ...frame, spacing: detector })), detectorSpacing: true }
}

type Say = (code: string, message: string) => void

function readFrame(
  source: FrameSource,
  file: DataSet,
  index: number,
  modality: string,
  offsets: readonly number[],
  say: Say,
): DicomFrame {
  const axes = readAxes(source.within(tags.PlaneOrientationSequence), say)
  const origin = vector(source.within(tags.PlanePositionSequence).numbers(tags.ImagePositionPatient))
  const offset = offsets[index]
  const shifted = origin && axes && offset !== undefined && Number.isFinite(offset)
  const position = shifted ? add(origin, scale(cross(axes.row, axes.column), offset)) : origin
  const measures = source.within(tags.PixelMeasuresSequence)
  const thickness = measures.number(tags.SliceThickness)
  const content = source.within(tags.FrameContentSequence)
  return {
    index,
    position: axes ? position : null,
    row: position ? (axes?.row ?? null) : null,
    column: position ? (axes?.column ?? null) : null,
    spacing: readSpacing(measures.numbers(tags.PixelSpacing), say),
    thickness: thickness !== null && thickness > 0 ? thickness : null,
    ...readRescale(source, file, modality, say),
    windows: readWindows(source.within(tags.FrameVoiLutSequence), say),
    splitKey: [
      source.within(0x00189114).text(0x00189082) ?? file.text(tags.EchoTime) ?? '',
      source.within(0x00189117).numbers(tags.DiffusionBValue)[0] ?? file.numbers(tags.DiffusionBValue)[0] ?? '',
      content.text(tags.StackID) ?? '',
    ].join('/'),
    repeatKeys: [
      String(content.number(tags.TemporalPositionIndex) ?? file.number(tags.TemporalPositionIdentifier) ?? ''),
      String(file.number(tags.TriggerTime) ?? ''),
      String(file.number(tags.AcquisitionNumber) ?? ''),
      file.text(tags.AcquisitionTime) ?? '',
    ],
  }
}

function readAxes(place: DataSet, say: Say): { row: Vector3; column: Vector3 } | null {
  const numbers = place.numbers(tags.ImageOrientationPatient)
  if (numbers.length === 0) return null
  const row: Vector3 = [numbers[0], numbers[1], numbers[2]]
  const column: Vector3 = [numbers[3], numbers[4], numbers[5]]
  const unit = Math.abs(length(row) - 1) < 0.02 && Math.abs(length(column) - 1) < 0.02
  if (numbers.length !== 6 || !numbers.every(Number.isFinite) || !unit || Math.abs(dot(row, column)) > 0.02) {
    say('D28', 'The orientation of a slice is not two perpendicular unit vectors; its place in the patient is unknown.')
    return null
  }
  return { row: normalise(row), column: normalise(column) }
}

function vector(numbers: readonly number[]): Vector3 | null {
  if (numbers.length !== 3 || !numbers.every((n) => Number.isFinite(n) && Math.abs(n) < 1e7)) return null
  return [numbers[0], numbers[1], numbers[2]]
}

function add(a: Vector3, b: Vector3): Vector3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

function pair(numbers: readonly number[]): [number, number] | null {
  const [rows, columns] = numbers
  const usable = numbers.length === 2 && numbers.every((n) => Number.isFinite(n) && n > 1e-6 && n < 1e4)
  return usable ? [rows, columns] : null
}

function readSpacing(numbers: readonly number[], say: Say): [number, number] | null {
  const spacing = pair(numbers)
  if (!spacing && numbers.length > 0) say('D28', 'The pixel spacing is not two positive numbers and was not used.')
  return spacing
}

function readRescale(
  source: FrameSource,
  file: DataSet,
  modality: string,
  say: Say,
): { slope: number; intercept: number } {
  const dose = file.number(tags.DoseGridScaling)
  if (modality === 'RTDOSE' && dose !== null && Number.isFinite(dose) && dose > 0) return { slope: dose, intercept: 0 }
  const place = source.within(tags.PixelValueTransformationSequence)
  const slope = place.number(tags.RescaleSlope)
  const intercept = place.number(tags.RescaleIntercept)
  if (slope === null && intercept === null) {
    if (modality === 'CT' && !file.elements.has(tags.ModalityLutSequence))
      say('D25', 'A CT without rescale: values are stored numbers, not Hounsfield units.')
    return { slope: 1, intercept: 0 }
  }
  const usable = (n: number | null): n is number => n !== null && Number.isFinite(n)
  if (!usable(slope) || slope === 0 || !usable(intercept))
    say('D25', 'The rescale of a slice is incomplete, zero or not a number; 1 and 0 were used in its place.')
  return { slope: usable(slope) && slope !== 0 ? slope : 1, intercept: usable(intercept) ? intercept : 0 }
}

function readWindows(place: DataSet, say: Say): Window[] {
  const levels = place.numbers(tags.WindowCenter)
  const widths = place.numbers(tags.WindowWidth)
  const names = place.texts(tags.WindowExplanation)
  const windows: Window[] = []
  for (let n = 0; n < Math.min(levels.length, widths.length, 16); n++) {
    const [level, width] = [levels[n], widths[n]]
    if (Number.isFinite(level) && width > 0 && width < 1e7 && Math.abs(level) < 1e7)
      windows.push({ level, width, name: (names[n] ?? '').slice(0, 64) })
    else say('D27', 'A window of the file has no usable width or level and was left out.')
  }
  return windows
}
