import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Finding } from '../../shared/domain/finding.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { openSource, type SourceBytes } from '../files/source.ts'
import {
  anonymous,
  bytesOf,
  type ImportedImage,
  type SourceFile,
  typeOf,
  type VoxelArray,
  valueRange,
} from '../image.ts'
import type { NiftiHeader } from './header.ts'
import { gridFromNifti } from './orientation.ts'
import { openNifti } from './unpack.ts'
import { niftiVoxels } from './voxels.ts'

/** The other half of a .hdr/.img pair, next to it; null when the file is not half of a pair. */
export async function imagePartOf(source: SourceBytes): Promise<SourceBytes | null> {
  const match = /^(.*)\.hdr(\.gz)?$/i.exec(source.path)
  if (!match) return null
  for (const ending of ['.img', '.img.gz', '.IMG']) {
    try {
      return await openSource(match[1] + ending)
    } catch (error) {
      if (!(error instanceof SaliscopeError)) throw error
    }
  }
  throw new SaliscopeError(
    'N6',
    `${source.name} is a header without its image part. Put ${path.basename(match[1])}.img into the same folder.`,
  )
}

/**
 * Reads one volume of a NIfTI file. Four-dimensional files give the first volume and say so.
 *
 * errors  N1 … N6, N14 of header and stream
 */
export async function readNifti(source: SourceBytes, volume = 0): Promise<ImportedImage> {
  const image = await imagePartOf(source)
  const { header, data, findings: found } = await openNifti(source, image)
  if (header.pair && !image && !header.single)
    throw new SaliscopeError(
      'N6',
      `${source.name} is a header without its image part. Rename it to .hdr and put the .img next to it.`,
    )
  const { grid, findings: geometry } = gridFromNifti(header)
  const voxels = niftiVoxels(await data(Math.min(volume, header.volumes - 1)), header)
  const scaling = scalingOf(header)
  const channels = header.datatype === 128 ? 3 : 1
  const range = valueRange(voxels, scaling.slope, scaling.intercept, null)
  const findings = [
    ...found,
    ...geometry,
    ...scaling.findings,
    ...valueFindings(voxels, range),
    ...volumeFindings(header, volume),
  ]
  const name = source.name.replace(/\.(nii|hdr)(\.gz)?$/i, '').replace(/\.gz$/i, '')
  return {
    name,
    grid,
    channels,
    type: typeOf(voxels),
    slope: channels === 3 ? 1 : scaling.slope,
    intercept: channels === 3 ? 0 : scaling.intercept,
    unit: 'a.u.',
    modality: 'OT',
    range,
    windows:
      header.calMax > header.calMin && Number.isFinite(header.calMax - header.calMin)
        ? [{ width: header.calMax - header.calMin, level: (header.calMax + header.calMin) / 2, name: 'file' }]
        : [],
    frameOfReference: null,
    sha256: createHash('sha256').update(bytesOf(voxels)).digest('hex'),
    bytes: voxels.byteLength,
    findings,
    voxels,
    padding: null,
    displayInverted: false,
    mayShowText: false,
    segments: [],
    sources: await sourcesOf([source, ...(image ? [image] : [])]),
    identity: anonymous(name),
  }
}

async function sourcesOf(files: readonly SourceBytes[]): Promise<SourceFile[]> {
  return Promise.all(
    files.map(async (file) => ({
      path: file.path,
      bytes: file.size,
      sha256: createHash('sha256')
        .update(await file.read(0, file.size))
        .digest('hex'),
      sopInstance: null,
    })),
  )
}

function scalingOf({ slope, intercept }: NiftiHeader): { slope: number; intercept: number; findings: Finding[] } {
  if (Number.isFinite(slope) && slope !== 0 && Number.isFinite(intercept)) return { slope, intercept, findings: [] }
  const message = `The scaling of the file is ${Number.isFinite(slope) ? slope : 'not a number'}, which means none; stored values are shown.`
  return { slope: 1, intercept: 0, findings: [{ code: 'N12', outcome: 'warned', message }] }
}

function volumeFindings({ volumes }: NiftiHeader, chosen: number): Finding[] {
  if (volumes === 1) return []
  return [
    { code: 'N5', outcome: 'asked', message: `The file holds ${volumes} volumes; number ${chosen + 1} was taken.` },
  ]
}

/** NaN, infinities and constant volumes are stated (N13). */
function valueFindings(voxels: VoxelArray, range: readonly [number, number]): Finding[] {
  const found: Finding[] = []
  const say = (message: string) => found.push({ code: 'N13', outcome: 'warned', message })
  const count =
    voxels instanceof Float32Array ? voxels.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0) : 0
  if (count > 0) say(`${count} voxels are not finite; they are left out of windows and statistics.`)
  if (range[0] === range[1]) say(`Every ${count > 0 ? 'other ' : ''}voxel of the image is ${range[0]}.`)
  return found
}
