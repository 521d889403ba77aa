import type { Grid } from '../domain/geometry.ts'
import { spacingOf } from './affine.ts'

const HEADER = 348
/** Header and the four bytes that say no extension follows. */
const OFFSET = 352
const UINT8 = 2
const SCANNER = 1
const LABELS = 1002
const MILLIMETRES = 2

/**
 * A mask as a single-file NIfTI-1 image: uint8 labels in the grid's own voxel order, little-endian, with the grid's matrix as
 * sform, turned from LPS to RAS. Grids without known anatomy get no orientation code, grids without a scale no unit.
 *
 * voxels  index = i + ni·(j + nj·k)
 * errors  RangeError: the voxels are not those of the grid
 * source  nifti1.h, "3D IMAGE (VOLUME) ORIENTATION AND LOCATION IN SPACE", method 3
 */
export function niftiOfMask(voxels: Uint8Array, grid: Grid): Uint8Array<ArrayBuffer> {
  const [ni, nj, nk] = grid.dims
  if (voxels.length !== ni * nj * nk)
    throw new RangeError(`A mask of ${voxels.length} voxels does not fit a grid of ${ni} × ${nj} × ${nk}.`)
  const file = new Uint8Array(OFFSET + voxels.length)
  const view = new DataView(file.buffer)
  const text = (at: number, value: string) => file.set(new TextEncoder().encode(value), at)
  view.setInt32(0, HEADER, true)
  for (const [n, size] of [3, ni, nj, nk, 1, 1, 1, 1].entries()) view.setInt16(40 + 2 * n, size, true)
  view.setInt16(68, LABELS, true)
  view.setInt16(70, UINT8, true)
  view.setInt16(72, 8, true)
  for (const [n, size] of [1, ...spacingOf(grid.affine), 0, 0, 0, 0].entries()) view.setFloat32(76 + 4 * n, size, true)
  view.setFloat32(108, OFFSET, true)
  view.setFloat32(112, 1, true)
  file[123] = grid.physical ? MILLIMETRES : 0
  text(148, 'Saliscope mask')
  if (grid.physical && grid.oriented) {
    view.setInt16(254, SCANNER, true)
    // Rows x and y change sign: LPS grows to the left and to the back, RAS to the right and to the front.
    for (let n = 0; n < 12; n++) view.setFloat32(280 + 4 * n, n < 8 ? -grid.affine[n] : grid.affine[n], true)
  }
  text(344, 'n+1')
  file.set(voxels, OFFSET)
  return file
}

/** The same file, compressed as .nii.gz. */
export async function compressedNiftiOfMask(voxels: Uint8Array, grid: Grid): Promise<Blob> {
  const packed = new Blob([niftiOfMask(voxels, grid)]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(packed).blob()
}
