import { z } from 'zod'

/**
 * The one grid convention of the program. Voxels lie in memory with i fastest: index = i + ni·(j + nj·k); an array's
 * C-order shape is therefore [nk, nj, ni]. `affine` is a row-major 4×4 matrix from voxel index (i, j, k, 1), centre of
 * the voxel, to patient coordinates in DICOM LPS millimetres. `physical` is false for pictures without a known scale:
 * the matrix is then the identity in pixels and no millimetres, letters or scale bars are shown.
 */
export const gridSchema = z.object({
  dims: z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]),
  affine: z.array(z.number()).length(16),
  physical: z.boolean(),
  /** Whether the axes are known to be anatomical (letters may be shown). */
  oriented: z.boolean(),
})
export type Grid = z.infer<typeof gridSchema>
