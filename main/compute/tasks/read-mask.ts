import { z } from 'zod'
import { sniff } from '../../imaging/file-kind.ts'
import { openSource } from '../../imaging/files/source.ts'
import type { ImportedImage } from '../../imaging/image.ts'
import { toLabels } from '../../imaging/masks.ts'
import { readNifti } from '../../imaging/nifti/read.ts'
import { readPicture } from '../../imaging/pictures/read.ts'
import { ontoGrid } from '../../imaging/preprocess/onto-grid.ts'
import { readSeries } from '../../imaging/read-series.ts'
import { scanRoots } from '../../imaging/scan.ts'
import { type Grid, gridSchema } from '../../shared/domain/geometry.ts'
import { SaliscopeError } from '../../shared/errors.ts'
import { cornerDistance } from '../../shared/geometry/affine.ts'
import type { Run } from '../../shared/run.ts'
import type { Task } from '../task.ts'
import { assertGranted } from './granted-files.ts'
import { parsePayload } from './payload.ts'

const readMaskPayload = z.object({ files: z.array(z.string().min(1)).min(1), grid: gridSchema })

/** Grids closer than this at every corner are one. */
const sameMm = 0.01

async function readImage(files: readonly string[], run: Run): Promise<ImportedImage> {
  const source = await openSource(files[0])
  const kind = sniff(await source.read(0, Math.min(4096, source.size)))
  if (files.length === 1 && (kind.startsWith('nifti') || /\.(nii|hdr)(\.gz)?$/i.test(source.name)))
    return readNifti(source)
  if (files.length === 1 && ['png', 'tiff', 'bmp', 'jpeg'].includes(kind)) return readPicture(source)
  const report = await scanRoots('', files, run)
  const series = report.series.find((one) => one.isMask) ?? report.series[0]
  if (series === undefined) {
    throw new SaliscopeError(
      'experiment.mask-file',
      `“${source.name}” is no mask the program can read: ${report.skipped[0]?.reason ?? 'it holds no image'}. Use NIfTI, PNG or DICOM SEG.`,
    )
  }
  return readSeries(series, run)
}

const sameGrid = (a: Grid, b: Grid): boolean =>
  a.dims.every((size, axis) => size === b.dims[axis]) && cornerDistance(a.affine, b.affine, a.dims) < sameMm

/** Lays labels onto the image's grid by the matrices; a picture without a scale must have the image's own size. */
function place(labels: Uint8Array, from: Grid, to: Grid): { labels: Uint8Array; warnings: string[] } {
  if (sameGrid(from, to)) return { labels, warnings: [] }
  const sameDims = from.dims.every((size, axis) => size === to.dims[axis])
  if (!from.physical || !to.physical) {
    if (!sameDims) {
      throw new SaliscopeError(
        'experiment.mask-grid',
        `The mask is ${from.dims.join('×')} and its image ${to.dims.join('×')}, and neither says where it lies. Export the mask with the size of the image.`,
      )
    }
    return { labels, warnings: ['The mask has no position of its own; it was laid onto the image voxel by voxel.'] }
  }
  const out = ontoGrid(labels, from, to, 'nearest', 0, new Uint8Array(to.dims[0] * to.dims[1] * to.dims[2]))
  if (labels.some((value) => value > 0) && !out.some((value) => value > 0)) {
    throw new SaliscopeError(
      'experiment.mask-grid',
      'No part of the mask lies inside the image. It belongs to another image, or its position is wrong.',
    )
  }
  return { labels: out, warnings: ['The mask was on another grid and was resampled to the image, nearest label.'] }
}

/** Reads a mask file onto a grid. arrays out: [labels]; record: {values, names, warnings}. */
export const task: Task = {
  kind: 'read-mask',
  async run(payload, _arrays, run, context) {
    const { files, grid } = parsePayload('read-mask', readMaskPayload, payload)
    assertGranted(files, context)
    const image = await readImage(files, run)
    if (image.channels !== 1)
      throw new SaliscopeError(
        'experiment.mask-file',
        'The mask is a colour picture, and which colour means what is not known. Export it in grey, one value per label.',
      )
    const { labels, warnings } = place(toLabels(image.voxels, image.slope, image.intercept), image.grid, grid)
    const values = [...new Set(labels)].filter((value) => value > 0).sort((a, b) => a - b)
    const names = Object.fromEntries(image.segments.map((segment) => [String(segment.value), segment.name]))
    return {
      record: { values, names, warnings: [...warnings, ...image.findings.map((finding) => finding.message)] },
      arrays: [labels],
    }
  },
}
