import { createHash } from 'node:crypto'
import type { ScannedSeries } from '../shared/domain/import.ts'
import { SaliscopeError } from '../shared/errors.ts'
import type { Run } from '../shared/run.ts'
import { type DicomInstance, readInstance } from './dicom/instance.ts'
import { openHeader, unwrapGzip } from './dicom/read-file.ts'
import { readStack } from './dicom/read-stack.ts'
import { readSegmentation } from './dicom/segmentation.ts'
import { type DicomSeriesStack, stacksOf } from './dicom-series.ts'
import { sniff } from './file-kind.ts'
import { inMemory, openSource } from './files/source.ts'
import { bytesOf, type ImageIdentity, type ImportedImage, typeOf, valueRange } from './image.ts'
import { toLabels } from './masks.ts'
import { readNifti } from './nifti/read.ts'
import { readPicture } from './pictures/read.ts'
import { uniqueFindings } from './scan-types.ts'

/**
 * Reads a series a scan proposed: voxels in the program's order, grid, scale, windows, findings, and the SHA-256 of every file and of the
 * voxels. Masks come as labels 0 … 255. Files are read one after the other; memory holds the image and one file.
 *
 * errors  imaging.gone the files no longer give this series; those of the readers
 */
export async function readSeries(series: ScannedSeries, run: Run): Promise<ImportedImage> {
  run.signal.throwIfAborted()
  if (series.source === 'dicom') return readDicomSeries(series, run)
  const source = await openSource(series.files[0])
  const image = series.source === 'nifti' ? await readNifti(source) : await readPicture(source)
  run.progress(1, 1, 'Reading')
  return series.isMask
    ? asLabels(image)
    : { ...image, findings: uniqueFindings([...image.findings, ...series.findings]) }
}

async function readDicomSeries(series: ScannedSeries, run: Run): Promise<ImportedImage> {
  const instances: DicomInstance[] = []
  for (const [n, file] of series.files.entries()) {
    run.signal.throwIfAborted()
    instances.push(await readHeader(file))
    run.progress(n + 1, series.files.length, 'Reading headers')
  }
  const stacks = stacksOf(instances)
  const found = stacks.find(({ key }) => key === series.key) ?? (stacks.length === 1 ? stacks[0] : undefined)
  if (!found) {
    throw new SaliscopeError(
      'imaging.gone',
      `The series ${series.description || series.modality} is no longer what the scan found. Scan the folder again.`,
    )
  }
  return found.instance.segmentation ? segmentationImage(found, series) : stackImage(found, series, run)
}

async function readHeader(file: string): Promise<DicomInstance> {
  const source = await openSource(file)
  const head = await source.read(0, Math.min(2, source.size))
  if (sniff(head) !== 'gzip') return readInstance(await openHeader(source), file, source.size)
  const bytes = unwrapGzip(await source.read(0, source.size), source.name)
  return readInstance(await openHeader(inMemory(file, bytes)), file, source.size)
}

async function stackImage(
  { stack, instance }: DicomSeriesStack,
  series: ScannedSeries,
  run: Run,
): Promise<ImportedImage> {
  const { voxels, channels, slope, intercept, padding, sources, findings } = await readStack(stack, run)
  const windows = stack.frames.find((frame) => frame !== null)?.frame.windows ?? []
  return {
    name: series.description || series.modality,
    grid: stack.grid,
    channels,
    type: typeOf(voxels),
    slope,
    intercept,
    unit: channels === 3 ? 'a.u.' : instance.unit,
    modality: instance.modality,
    range: valueRange(voxels, slope, intercept, padding),
    windows,
    frameOfReference: instance.frameOfReference,
    sha256: createHash('sha256').update(bytesOf(voxels)).digest('hex'),
    bytes: voxels.byteLength,
    findings: uniqueFindings([...series.findings, ...findings]),
    voxels,
    padding,
    displayInverted: instance.header.photometric === 'MONOCHROME1',
    mayShowText: instance.burnedIn,
    segments: [],
    sources,
    identity: identityOf(instance),
  }
}

async function segmentationImage({ stack, instance }: DicomSeriesStack, series: ScannedSeries): Promise<ImportedImage> {
  const { labels, segments, findings, sha256, bytes } = await readSegmentation(instance, stack)
  return {
    name: series.description || 'Segmentation',
    grid: stack.grid,
    channels: 1,
    type: 'uint8',
    slope: 1,
    intercept: 0,
    unit: 'label',
    modality: 'SEG',
    range: valueRange(labels, 1, 0, null),
    windows: [],
    frameOfReference: instance.frameOfReference,
    sha256: createHash('sha256').update(labels).digest('hex'),
    bytes: labels.byteLength,
    findings: uniqueFindings([...series.findings, ...findings]),
    voxels: labels,
    padding: null,
    displayInverted: false,
    mayShowText: false,
    segments,
    sources: [{ path: instance.file, bytes, sha256, sopInstance: instance.sopInstance || null }],
    identity: identityOf(instance),
  }
}

function asLabels(image: ImportedImage): ImportedImage {
  const labels = toLabels(image.voxels, image.slope, image.intercept)
  return {
    ...image,
    type: 'uint8',
    slope: 1,
    intercept: 0,
    unit: 'label',
    modality: 'SEG',
    range: valueRange(labels, 1, 0, null),
    windows: [],
    sha256: createHash('sha256').update(labels).digest('hex'),
    bytes: labels.byteLength,
    voxels: labels,
  }
}

function identityOf(instance: DicomInstance): ImageIdentity {
  return {
    patientId: instance.patientId,
    patientName: instance.patientName,
    studyUid: instance.study,
    seriesUid: instance.series,
    studyDate: instance.studyDate,
    studyDescription: instance.studyDescription,
    seriesDescription: instance.seriesDescription,
    seriesNumber: instance.seriesNumber,
  }
}
