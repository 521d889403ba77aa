import { createHash } from 'node:crypto'
import path from 'node:path'
import type { ScannedSeries } from '../shared/domain/import.ts'
import { SaliscopeError } from '../shared/errors.ts'
import { column, length } from '../shared/geometry/affine.ts'
import { axisLetters } from '../shared/geometry/orientation.ts'
import { readInstance } from './dicom/instance.ts'
import { openHeader, unwrapGzip } from './dicom/read-file.ts'
import { describeKind, sniff } from './file-kind.ts'
import { inMemory, openSource } from './files/source.ts'
import { listZip, zipEntryPath } from './files/zip.ts'
import type { ImportedImage } from './image.ts'
import { lookAsMask } from './masks.ts'
import { readNifti } from './nifti/read.ts'
import { gunzipHead } from './nifti/unpack.ts'
import { readPicture } from './pictures/read.ts'
import { type Candidate, type Reader, type ReaderAnswer, type SingleFileSeries, skip } from './scan-types.ts'
import { thumbnail } from './thumbnail.ts'

const pictureKinds = new Set(['png', 'jpeg', 'tiff', 'bmp', 'gif', 'webp'])

/**
 * The readers, asked from top to bottom; the first that does not skip has the file. Archives come first because their entries are asked
 * anew; gzip before NIfTI and DICOM because both may be packed; DICOM last, because a file without preamble is recognised only by trying.
 */
export const readers: readonly Reader[] = [
  readArchive,
  readPairImage,
  readGzip,
  readNiftiFile,
  readPictureFile,
  readUnsupported,
  readDicomFile,
]

async function readArchive({ source, kind }: Candidate): Promise<ReaderAnswer> {
  if (kind !== 'zip') return skip
  if (source.path.includes('!/'))
    return { kind: 'left', code: 'Z2', reason: 'An archive inside an archive was not opened' }
  const { entries, refused } = await listZip(source.path)
  const candidates = await Promise.all(
    entries.map(async (entry) => ({ ...(await lazyEntry(zipEntryPath(entry), entry.size)) })),
  )
  return {
    kind: 'more',
    candidates,
    left: refused.map(({ name, code, reason }) => ({
      path: `${source.name}!/${name}`,
      code,
      reason: `Archive entry left out: ${reason}`,
    })),
  }
}

/** An entry is unpacked when its bytes are first asked for, and once. */
async function lazyEntry(entryPath: string, size: number): Promise<Candidate['source']> {
  let bytes: Promise<Buffer> | null = null
  const whole = (): Promise<Buffer> => {
    bytes ??= openSource(entryPath).then((source) => source.read(0, source.size))
    return bytes
  }
  return {
    path: entryPath,
    name: entryPath.split('/').at(-1) ?? entryPath,
    size,
    read: async (start, count) => (await whole()).subarray(start, start + count),
  }
}

/** The image half of a NIfTI or Analyze pair is read with its header. */
async function readPairImage({ source }: Candidate): Promise<ReaderAnswer> {
  const match = /^(.*)\.img(\.gz)?$/i.exec(source.path)
  if (!match) return skip
  for (const ending of ['.hdr', '.hdr.gz']) {
    try {
      await openSource(match[1] + ending)
      return { kind: 'more', candidates: [], left: [] }
    } catch (error) {
      if (!(error instanceof SaliscopeError)) throw error
    }
  }
  return skip
}

/** Gzip around NIfTI stays (its reader unpacks it); around DICOM it is unpacked here; anything else is named. */
async function readGzip(candidate: Candidate): Promise<ReaderAnswer> {
  if (candidate.kind !== 'gzip') return skip
  const { source, head } = candidate
  const inner = gunzipHead(head)
  const kind = sniff(inner)
  if (kind.startsWith('nifti') || /\.(nii|hdr)\.gz$/i.test(source.name)) return niftiSeries(source)
  if (kind === 'dicom' || kind === 'unknown') {
    const bytes = unwrapGzip(await source.read(0, source.size), source.name)
    return readDicomFile({
      source: { ...inMemory(source.path, bytes), name: source.name },
      head: bytes.subarray(0, 540),
      kind,
    })
  }
  return { kind: 'left', code: 'imaging.kind', reason: `A gzip file holding ${describeKind(kind)}` }
}

async function readNiftiFile({ source, kind }: Candidate): Promise<ReaderAnswer> {
  const named = /\.(nii|hdr)(\.gz)?$/i.test(source.name)
  if (kind.startsWith('nifti') || (named && kind !== 'dicom')) return niftiSeries(source)
  return skip
}

async function niftiSeries(source: Candidate['source']): Promise<ReaderAnswer> {
  const image = await readNifti(source)
  return { kind: 'series', series: [describeImage(image, 'nifti', source.path)] }
}

async function readPictureFile({ source, kind }: Candidate): Promise<ReaderAnswer> {
  if (!pictureKinds.has(kind)) {
    if (!/\.(png|jpe?g|tiff?|bmp)$/i.test(source.name)) return skip
    if (kind === 'empty') throw new SaliscopeError('P1', `${source.name} is empty and was left out.`)
    throw new SaliscopeError('P4', `${source.name} is not a picture but ${describeKind(kind)}, and was left out.`)
  }
  const image = await readPicture(source)
  return { kind: 'series', series: [describeImage(image, 'picture', source.path)] }
}

/** Kinds that are known and not imported. */
async function readUnsupported({ kind }: Candidate): Promise<ReaderAnswer> {
  if (kind === 'dicom' || kind === 'unknown') return skip
  if (kind === 'empty') return { kind: 'left', code: 'imaging.kind', reason: 'An empty file' }
  const words = describeKind(kind)
  return { kind: 'left', code: 'imaging.kind', reason: `Not an image: ${words}` }
}

async function readDicomFile({ source, kind }: Candidate): Promise<ReaderAnswer> {
  try {
    return { kind: 'dicom', instance: readInstance(await openHeader(source), source.path, source.size) }
  } catch (error) {
    if (
      error instanceof SaliscopeError &&
      error.code === 'D1' &&
      kind === 'unknown' &&
      !/\.(dcm|dicom|ima)$/i.test(source.name)
    ) {
      return { kind: 'left', code: 'imaging.kind', reason: 'Not an image file' }
    }
    throw error
  }
}

/** A one-file image as the scan lists it. */
export function describeImage(image: ImportedImage, source: 'nifti' | 'picture', filePath: string): SingleFileSeries {
  const look =
    image.channels === 1
      ? lookAsMask(image.voxels, image.slope, image.intercept, filePath)
      : { isMask: false, values: [], findings: [] }
  const { grid } = image
  const folder = path.basename(path.dirname(filePath))
  const series: ScannedSeries = {
    key: createHash('sha256').update(`${source}\0${filePath}`).digest('hex').slice(0, 24),
    patientLabel: '',
    studyKey: `file:${filePath}`,
    studyLabel: folder,
    studyDate: null,
    modality: look.isMask ? 'SEG' : image.modality,
    description: image.name,
    source,
    files: image.sources.map((file) => file.path),
    dims: [...grid.dims],
    spacingMm: grid.physical ? [0, 1, 2].map((axis) => length(column(grid.affine, axis))) : null,
    orientation: grid.oriented ? axisLetters(grid.affine) : '',
    bytes: image.bytes,
    isMask: look.isMask,
    maskOf: null,
    alreadyHere: false,
    findings: [...image.findings, ...look.findings],
    thumbnail: imageThumbnail(image, look.isMask),
  }
  return { series, grid }
}

/** The slice with most labels for a mask, the middle one for an image. */
function imageThumbnail(image: ImportedImage, isMask: boolean): string {
  const [width, height, depth] = image.grid.dims
  const size = width * height * image.channels
  let k = Math.floor(depth / 2)
  if (isMask) {
    let most = -1
    for (let slice = 0; slice < depth; slice++) {
      let count = 0
      for (let n = slice * size; n < (slice + 1) * size; n++) if (image.voxels[n] !== 0) count++
      if (count > most) {
        most = count
        k = slice
      }
    }
  }
  const aspect = length(column(image.grid.affine, 1)) / length(column(image.grid.affine, 0))
  return thumbnail({
    values: image.voxels.subarray(k * size, (k + 1) * size),
    width,
    height,
    channels: image.channels,
    slope: image.slope,
    intercept: image.intercept,
    window: isMask ? null : (image.windows[0] ?? null),
    inverted: false,
    padding: null,
    aspect: Number.isFinite(aspect) && aspect > 0 ? aspect : 1,
    labels: isMask,
  })
}
