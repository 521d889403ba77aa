import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import dcmjs from 'dcmjs'
import type { Grid } from '../../shared/domain/geometry.ts'
import type { Window } from '../../shared/domain/study.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { applyToPoint, column, length, normalise, scale } from '../../shared/geometry/affine.ts'
import { uidFromKey } from './uid.ts'

/** Stored values on a grid, i fastest; value = stored·slope + intercept. Int16 for CT and MR, Uint16 (or Uint8) for radiographs. */
export interface SeriesVolume {
  readonly grid: Grid
  readonly voxels: Int16Array | Uint16Array | Uint8Array
  readonly slope?: number
  readonly intercept?: number
}

/** What the headers say. The keys make the UIDs: the same keys give the same UIDs in every run. */
export interface SeriesMeta {
  readonly modality: 'CT' | 'MR' | 'DX' | 'CR'
  readonly patientId: string
  /** DICOM form: 'Family^Given'. */
  readonly patientName: string
  readonly patientSex?: 'M' | 'F' | 'O'
  readonly patientBirthDate?: string
  readonly studyKey: string
  readonly seriesKey: string
  /** Series of one key lie in one space; default: the study's. */
  readonly frameOfReferenceKey?: string
  /** YYYYMMDD. */
  readonly studyDate: string
  readonly studyDescription: string
  readonly seriesDescription: string
  readonly seriesNumber?: number
  readonly windows?: readonly Window[]
  readonly photometric?: 'MONOCHROME1' | 'MONOCHROME2'
  /** Bits really used, at most the type's; default all of them. */
  readonly bitsStored?: number
  readonly bodyPart?: string
  readonly viewPosition?: 'PA' | 'AP' | 'LL' | 'RL'
}

const sopClasses = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  DX: '1.2.840.10008.5.1.4.1.1.1.1',
  CR: '1.2.840.10008.5.1.4.1.1.1',
} as const
const explicitLittleEndian = '1.2.840.10008.1.2.1'

/**
 * Writes one volume as a DICOM series: one Part 10 file per slice k, explicit little endian, named 0001.dcm … in the order of k.
 * CT and MR carry position and orientation; DX and CR carry the imager's pixel spacing instead. The folder is made if it is not there.
 *
 * errors  imaging.write-geometry: the voxels do not fill the grid, or the third axis is not perpendicular to the slice
 */
export async function writeDicomSeries(folder: string, volume: SeriesVolume, meta: SeriesMeta): Promise<string[]> {
  checkVolume(volume)
  await mkdir(folder, { recursive: true })
  const [ni, nj, nk] = volume.grid.dims
  const files: string[] = []
  for (let k = 0; k < nk; k++) {
    const slice = volume.voxels.subarray(k * ni * nj, (k + 1) * ni * nj)
    const file = path.join(folder, `${String(k + 1).padStart(4, '0')}.dcm`)
    await writeFile(file, encodeSlice(slice, volume, meta, k))
    files.push(file)
  }
  return files
}

function checkVolume({ grid, voxels }: SeriesVolume): void {
  const [ni, nj, nk] = grid.dims
  if (voxels.length !== ni * nj * nk) {
    throw new SaliscopeError(
      'imaging.write-geometry',
      `The series cannot be written: a grid of ${ni}×${nj}×${nk} needs ${ni * nj * nk} voxels, not ${voxels.length}.`,
    )
  }
  const [i, j, k] = [0, 1, 2].map((axis) => normalise(column(grid.affine, axis)))
  const skew = Math.max(
    ...[
      [i, j],
      [i, k],
      [j, k],
    ].map(([a, b]) => Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])),
  )
  if (nk > 1 && skew > 1e-4) {
    throw new SaliscopeError(
      'imaging.write-geometry',
      'The series cannot be written: its axes are not perpendicular. Resample it to a rectangular grid first.',
    )
  }
}

/** The bytes of one Part 10 file. */
function encodeSlice(slice: SeriesVolume['voxels'], volume: SeriesVolume, meta: SeriesMeta, k: number): Uint8Array {
  const instance = uidFromKey(`${meta.studyKey}/${meta.seriesKey}/${k}`)
  const file = new dcmjs.data.DicomDict(
    dcmjs.data.DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
      MediaStorageSOPClassUID: sopClasses[meta.modality],
      MediaStorageSOPInstanceUID: instance,
      TransferSyntaxUID: explicitLittleEndian,
      ImplementationClassUID: uidFromKey('saliscope implementation'),
      ImplementationVersionName: 'SALISCOPE',
    }),
  )
  file.dict = dcmjs.data.DicomMetaDictionary.denaturalizeDataset({
    ...identification(meta, instance, k),
    ...(meta.modality === 'CT' || meta.modality === 'MR'
      ? placedGeometry(volume.grid, meta, k)
      : flatGeometry(volume.grid, meta)),
    ...pixelDescription(slice, volume, meta),
    PixelData: [pixelBytes(slice)],
    _vrMap: { PixelData: slice instanceof Uint8Array ? 'OB' : 'OW' },
  })
  return new Uint8Array(file.write())
}

function identification(meta: SeriesMeta, instance: string, k: number): Record<string, unknown> {
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    ImageType: ['ORIGINAL', 'PRIMARY', ...(meta.modality === 'CT' ? ['AXIAL'] : [''])],
    SOPClassUID: sopClasses[meta.modality],
    SOPInstanceUID: instance,
    StudyDate: meta.studyDate,
    StudyTime: '120000',
    AccessionNumber: '',
    Modality: meta.modality,
    Manufacturer: 'Saliscope phantom',
    ReferringPhysicianName: '',
    StudyDescription: meta.studyDescription,
    SeriesDescription: meta.seriesDescription,
    PatientName: meta.patientName,
    PatientID: meta.patientId,
    PatientBirthDate: meta.patientBirthDate ?? '',
    PatientSex: meta.patientSex ?? '',
    BodyPartExamined: meta.bodyPart ?? '',
    StudyInstanceUID: uidFromKey(meta.studyKey),
    SeriesInstanceUID: uidFromKey(`${meta.studyKey}/${meta.seriesKey}`),
    StudyID: '1',
    SeriesNumber: meta.seriesNumber ?? 1,
    InstanceNumber: k + 1,
  }
}

/** Position of the slice, direction cosines of a row (i) and a column (j), spacing between rows (|j|) first. */
function placedGeometry(grid: Grid, meta: SeriesMeta, k: number): Record<string, unknown> {
  const [i, j, step] = [0, 1, 2].map((axis) => column(grid.affine, axis))
  const position = applyToPoint(grid.affine, [0, 0, k])
  return {
    ImagePositionPatient: position.map(decimal),
    ImageOrientationPatient: [...normalise(i), ...normalise(j)].map(decimal),
    PixelSpacing: [decimal(length(j)), decimal(length(i))],
    SliceThickness: decimal(length(step)),
    SliceLocation: decimal(dotNormal(position, step)),
    FrameOfReferenceUID: uidFromKey(`${meta.frameOfReferenceKey ?? meta.studyKey}/space`),
    PositionReferenceIndicator: '',
    PatientPosition: 'HFS',
    ...(meta.modality === 'CT'
      ? { KVP: '120', AcquisitionNumber: 1 }
      : { ScanningSequence: 'GR', SequenceVariant: 'NONE' }),
  }
}

function dotNormal(position: readonly number[], step: readonly [number, number, number]): number {
  const n = scale(step, 1 / length(step))
  return position[0] * n[0] + position[1] * n[1] + position[2] * n[2]
}

function flatGeometry(grid: Grid, meta: SeriesMeta): Record<string, unknown> {
  return {
    ...(grid.physical
      ? { ImagerPixelSpacing: [decimal(length(column(grid.affine, 1))), decimal(length(column(grid.affine, 0)))] }
      : {}),
    ...(meta.viewPosition ? { ViewPosition: meta.viewPosition } : {}),
    PatientOrientation: ['L', 'F'],
    PresentationIntentType: 'FOR PRESENTATION',
    PixelIntensityRelationship: 'LOG',
    PixelIntensityRelationshipSign: -1,
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
  }
}

function pixelDescription(
  slice: SeriesVolume['voxels'],
  volume: SeriesVolume,
  meta: SeriesMeta,
): Record<string, unknown> {
  const bits = slice.BYTES_PER_ELEMENT * 8
  const stored = meta.bitsStored ?? bits
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: meta.photometric ?? 'MONOCHROME2',
    Rows: volume.grid.dims[1],
    Columns: volume.grid.dims[0],
    BitsAllocated: bits,
    BitsStored: stored,
    HighBit: stored - 1,
    PixelRepresentation: slice instanceof Int16Array ? 1 : 0,
    RescaleIntercept: decimal(volume.intercept ?? 0),
    RescaleSlope: decimal(volume.slope ?? 1),
    RescaleType: meta.modality === 'CT' ? 'HU' : 'US',
    ...(meta.windows?.length
      ? {
          WindowCenter: meta.windows.map((w) => decimal(w.level)),
          WindowWidth: meta.windows.map((w) => decimal(w.width)),
          WindowCenterWidthExplanation: meta.windows.map((w) => w.name),
        }
      : {}),
  }
}

/** Little-endian bytes of even length. */
function pixelBytes(slice: SeriesVolume['voxels']): ArrayBuffer {
  const bytes = new Uint8Array(slice.byteLength + (slice.byteLength % 2))
  bytes.set(new Uint8Array(slice.buffer, slice.byteOffset, slice.byteLength))
  return bytes.buffer
}

/** A decimal string of at most 16 characters, as close to the value as they allow. */
function decimal(value: number): string {
  const plain = String(value)
  if (plain.length <= 16) return plain
  for (let digits = 15; digits > 0; digits--) {
    const text = String(Number(value.toPrecision(digits)))
    if (text.length <= 16) return text
  }
  return '0'
}
